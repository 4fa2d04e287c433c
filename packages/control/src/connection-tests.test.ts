// Connectivity tests on a real dialler: what they find, that they end after a restart, that a cut reaches them, and how often they may be asked for.

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Caller, type ConnectionTest, inWords, silence } from '@tributary/rules'
import { SampleControl, sampleDirectory, type SampleOptions } from './sample-control.ts'
import { sampleGreeter } from './sample-dialler.ts'

async function open(options: SampleOptions = {}): Promise<SampleControl> {
  const sample = await SampleControl.open(options)
  onTestFinished(() => sample[Symbol.asyncDispose]())
  return sample
}

/** A queue bound to 10.71.0.0/24, whose gateway sends 10.71.0.5:5432 to a port of this machine. */
async function bound(sample: SampleControl, port: number): Promise<string> {
  await sample.declare('v1', '10.71.0.0/16', 's1', '10.71.0.0/24')
  const map = [{ from: '10.71.0.5:5432', to: `127.0.0.1:${port}` }]
  await sample.control.gateways.put(sample.owner, sample.caller.project, 'v1', { kind: 'map', ranges: ['127.0.0.0/8'], map })
  await sample.queue('q1')
  return (await sample.connect('c1', 'v1', 's1', ['q1'], [{ name: 'db.internal', ip: '10.71.0.5' }])).id
}

async function ended(sample: SampleControl, number: number, queue = 'q1'): Promise<ConnectionTest> {
  await expect.poll(async () => (await sample.control.connectionTests.get(sample.caller, queue, String(number))).connectivity).not.toBe('')
  return sample.control.connectionTests.get(sample.caller, queue, String(number))
}

async function ask(sample: SampleControl, address: string, queue = 'q1'): Promise<readonly [string, string]> {
  const { test } = await sample.control.connectionTests.create(sample.caller, queue, address)
  expect(test.connectivity).toBe('')
  const { connectivity, message } = await ended(sample, test.number, queue)
  return [connectivity, inWords(message)]
}

async function reachabilityOf(sample: SampleControl, id: string) {
  return (await sample.control.reachability.list(sample.caller, id)).peerings.map(({ reachability }) => reachability)
}

describe('a connectivity test', () => {
  it('reaches what a bound connection leads to, by address and by host record', async () => {
    const sample = await open()
    await using greeter = await sampleGreeter('hello')
    const id = await bound(sample, greeter.port)
    expect(await reachabilityOf(sample, id)).toEqual([{ state: 'unknown', at: 0, rung: '', message: silence }])
    expect(await ask(sample, '10.71.0.5:5432')).toEqual(['REACHABLE', ''])
    expect(await ask(sample, 'DB.internal:5432')).toEqual(['REACHABLE', ''])
    expect(await ask(sample, 'db.internal')).toEqual(['REACHABLE', expect.stringContaining('TCP was not tried')])
    expect(await reachabilityOf(sample, id)).toEqual([{ state: 'reachable', at: expect.any(Number), rung: '', message: silence }])
    await greeter[Symbol.asyncDispose]()
    const [connectivity, message] = await ask(sample, '10.71.0.5:5432')
    expect(connectivity).toBe('UNREACHABLE')
    expect(message).toMatch(/^stopped at tcp: 10\.71\.0\.5:5432 refused the connection/)
    expect(await reachabilityOf(sample, id)).toMatchObject([
      { state: 'unreachable', rung: 'tcp', message: expect.objectContaining({ template: expect.stringContaining('refused') }) },
    ])
  })

  it('names the rung that it stopped at', async () => {
    const sample = await open()
    await bound(sample, 1)
    const found = await Promise.all(
      ['nowhere.com:1', '10.72.0.5:1', '10.71.0.6:1', '[::1]:80', '10.71.0.5:0'].map((address) => ask(sample, address)),
    )
    expect(found.map(([connectivity, message]) => `${connectivity} ${message.split(':')[0]}`)).toEqual([
      'UNREACHABLE stopped at name',
      'UNREACHABLE stopped at route',
      'UNREACHABLE stopped at gateway',
      'UNREACHABLE stopped at route',
      'UNREACHABLE stopped at tcp',
    ])
    expect((await ask(sample, '10.71.0.5:5432', 'default'))[1]).toContain('queue default has no route')
  })

  it('answers the same whatever is there, where it does not dial', async () => {
    const sample = await open()
    await using greeter = await sampleGreeter('secret')
    await bound(sample, greeter.port)
    const gone = await sampleGreeter('gone')
    await gone[Symbol.asyncDispose]()
    const times: number[] = []
    for (const port of [greeter.port, gone.port]) {
      const start = performance.now()
      const [connectivity, message] = await ask(sample, `127.0.0.1:${port}`)
      times.push(performance.now() - start)
      expect([connectivity, message]).toEqual(['UNREACHABLE', expect.stringContaining('queue q1 has no route to 127.0.0.1:')])
    }
    expect(Math.abs((times[0] ?? 0) - (times[1] ?? 0))).toBeLessThan(200)
    expect(greeter.open()).toBe(0)
  })

  it('that a dead server left running ends after the restart', async () => {
    await using directory = await sampleDirectory()
    const path = join(directory.path, 'store.db')
    const before = await SampleControl.open({ path })
    await using greeter = await sampleGreeter('hello')
    await bound(before, greeter.port)
    const queue = await before.control.queues.get(before.caller, 'q1')
    // What kill -9 leaves: a row without an end, and nobody at work on it.
    const left: ConnectionTest = {
      id: 'left' as ConnectionTest['id'],
      number: 77,
      projectId: before.caller.project,
      queueId: queue.id,
      address: '10.71.0.5:5432',
      connectivity: '',
      message: silence,
      createdAt: 1,
      endedAt: undefined,
    }
    await before.store.connectionTests.insert(left)
    expect((await before.control.connectionTests.get(before.caller, 'q1', '77')).connectivity).toBe('')
    await before[Symbol.asyncDispose]()
    const after = await SampleControl.open({ path })
    onTestFinished(() => after[Symbol.asyncDispose]())
    expect((await ended(after, 77)).connectivity).toBe('REACHABLE')
    const { test } = await after.control.connectionTests.create(after.caller, 'q1', '10.71.0.5:5432')
    expect(test.number).not.toBe(77)
  })

  it('under way is cut with its connection', async () => {
    const sample = await open()
    // A resolver that is asked and does not answer.
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const id = await bound(sample, port)
    const resolver = { kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '10.71.0.2:53', to: `127.0.0.1:${port}` }], dns: '10.71.0.2:53' }
    await sample.control.gateways.put(sample.owner, sample.caller.project, 'v1', resolver)
    const { test } = await sample.control.connectionTests.create(sample.caller, 'q1', 'slow.example.com:5432')
    await once(server, 'connection')
    await sample.control.connections.unbind(sample.caller, id, { queues: ['q1'], pools: [] })
    const { connectivity, message } = await ended(sample, test.number)
    expect([connectivity, inWords(message)]).toEqual([
      'UNREACHABLE',
      expect.stringMatching(/^stopped at name: .* was cut: queue q1 is no longer bound to connection c1/),
    ])
  })

  it('is known on its own queue and in its own project alone, for a day', async () => {
    const sample = await open()
    await sample.queue('q1')
    await sample.queue('q2')
    const { test } = await sample.control.connectionTests.create(sample.caller, 'Q1', '10.1.1.1:1')
    await ended(sample, test.number)
    const read = (caller: Caller, queue: string, number = String(test.number)) => sample.control.connectionTests.get(caller, queue, number)
    await expect(read(sample.caller, 'q2')).rejects.toMatchObject({ kind: 'notFound' })
    await expect(read(sample.caller, 'q1', '4711')).rejects.toMatchObject({ kind: 'notFound' })
    await expect(read({ ...sample.caller, project: 'p-other' as Caller['project'] }, 'q1')).rejects.toMatchObject({ kind: 'notFound' })
    sample.advance(25 * 3_600_000)
    await sample.control.sweep()
    await expect(read(sample.caller, 'q1')).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('is throttled by project', async () => {
    const sample = await open()
    await sample.queue('q1')
    const refusals: unknown[] = []
    for (let asked = 0; asked < 40; asked++) {
      await sample.control.connectionTests.create(sample.caller, 'q1', '10.1.1.1:1').catch((error: unknown) => refusals.push(error))
    }
    expect(refusals.length).toBeGreaterThan(0)
    expect(refusals.length).toBeLessThan(40)
    expect(refusals.at(-1)).toMatchObject({ kind: 'throttled' })
    await expect(sample.control.doctor.examine(sample.caller, 'q1', { address: '10.1.1.1:1' })).rejects.toMatchObject({ kind: 'throttled' })
    // What cannot be a test costs nothing and is told as such.
    await expect(sample.control.connectionTests.create(sample.caller, 'q1', 'no address')).rejects.toMatchObject({ kind: 'invalid' })
    await expect(sample.control.connectionTests.create(sample.caller, 'q9', '10.1.1.1:1')).rejects.toMatchObject({ kind: 'notFound' })
  })
})
