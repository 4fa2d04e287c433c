// Routes of connections through control: who gets there by them, and what is cut when they go.

import { once } from 'node:events'
import { UserspaceDriver } from '@tributary/fabric'
import { ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'
import { SampleDialler, sampleGreeter } from './sample-dialler.ts'

/** A connection whose queue dials for real; everything outside its subnet needs a route. */
async function ground(driver: UserspaceDriver, port: number) {
  const sample = await SampleControl.open({ driver })
  await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
  await sample.control.gateways.put(sample.owner, sample.caller.project, 'vpc1', {
    kind: 'map',
    ranges: ['127.0.0.0/8'],
    map: [{ from: '10.90.0.5:5432', to: `127.0.0.1:${port}` }],
  })
  const queue = await sample.queue('q1')
  const { id } = await sample.connect('c1', 'vpc1', 'net1', ['q1'])
  const routes = sample.control.connectionRoutes
  return {
    sample,
    id,
    dialler: await SampleDialler.join(driver, queue),
    add: (name: string, cidr: string) => routes.create(sample.caller, id, { name, cidr }),
    remove: (name: string) => routes.remove(sample.caller, id, name),
    list: async () => (await sample.control.connections.get(sample.caller, id)).routes.map(({ name, cidr }) => `${name} ${cidr}`),
  }
}

async function kindOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(() => undefined).catch((reason: unknown) => reason)
  return error instanceof ServiceError ? `${error.kind} ${error.details.subject?.kind ?? ''}`.trim() : String(error)
}

describe('a route of a connection', () => {
  it('opens a way for its queues, and its sockets are cut when it goes', async () => {
    await using greeter = await sampleGreeter('hello')
    const { sample, add, remove, dialler, list } = await ground(new UserspaceDriver(), greeter.port)
    await using _ = sample
    await using __ = dialler
    expect(await dialler.hear('10.90.0.5', 5432)).toMatch(/no .*route|route/)
    await add('beyond', '10.90.0.5')
    expect(await list()).toEqual(['beyond 10.90.0.5'])
    expect(await dialler.hear('10.90.0.5', 5432)).toBe('hello')
    const socket = await dialler.dial('10.90.0.5', 5432)
    await once(socket, 'data')
    await expect.poll(greeter.open).toBe(1)
    await remove('beyond')
    expect(socket.destroyed).toBe(true)
    await expect.poll(greeter.open).toBe(0)
    expect(await dialler.hear('10.90.0.5', 5432)).not.toBe('hello')
    expect(await list()).toEqual([])
  })

  it('that goes leaves what another route of the same connection carries just as well', async () => {
    await using greeter = await sampleGreeter('hello')
    const { sample, add, remove, dialler } = await ground(new UserspaceDriver(), greeter.port)
    await using _ = sample
    await using __ = dialler
    await add('wide', '10.90.0.0/16')
    const socket = await dialler.dial('10.90.0.5', 5432)
    await add('narrow', '10.90.0.0/24')
    await remove('narrow')
    expect(socket.destroyed).toBe(false)
    await remove('wide')
    expect(socket.destroyed).toBe(true)
  })

  it('opens a way for the queues of a bound pool too', async () => {
    await using greeter = await sampleGreeter('hello')
    const driver = new UserspaceDriver()
    const { sample, id, add, remove } = await ground(driver, greeter.port)
    await using _ = sample
    const { control, caller } = sample
    await control.pools.create(caller, { name: 'p', minCu: 64, maxCu: 128, cidr: '10.64.0.0/16' })
    const queue = await control.queues.create(caller, { name: 'pooled', cu: 16, pool: 'p' })
    await control.connections.bind(caller, id, { queues: [], pools: ['p'] })
    await using dialler = await SampleDialler.join(driver, queue)
    await add('beyond', '10.90.0.0/24')
    expect(await dialler.hear('10.90.0.5', 5432)).toBe('hello')
    const socket = await dialler.dial('10.90.0.5', 5432)
    await remove('beyond')
    expect(socket.destroyed).toBe(true)
  })

  it('is refused twice, and missing where it never was', async () => {
    const { sample, id, add, remove, dialler, list } = await ground(new UserspaceDriver(), 9)
    await using _ = sample
    await using __ = dialler
    await add('a', '10.90.0.0/16')
    expect(await kindOf(add('a', '10.91.0.0/16'))).toBe('conflict route')
    expect(await kindOf(add('b', '10.90.7.7/16'))).toBe('conflict route')
    expect(await kindOf(add('b', '100.64.1.0/24'))).toBe('invalid')
    await add('b', '10.90.1.0/24')
    expect(await kindOf(remove('c'))).toBe('notFound route')
    expect(await list()).toEqual(['a 10.90.0.0/16', 'b 10.90.1.0/24'])
    await sample.control.connections.remove(sample.caller, id)
    expect(await kindOf(add('d', '10.92.0.0/16'))).toBe('notFound connection')
    expect(await kindOf(remove('a'))).toBe('notFound connection')
    expect(await list()).toEqual([])
  })
})
