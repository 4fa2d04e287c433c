// Queues through control: names, ranges, lists, refusals.

import { overlaps, parseCidr } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { queues } from './queues.ts'
import { SampleControl } from './sample-control.ts'
import { sampleCaller, sampleDirectory, sampleQueueIds, SampleServer } from './sample-jobs.ts'

describe('queues', () => {
  it('are stored in lower case and found in any', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    const queue = await control.queues.create(caller, {
      name: 'Queue1',
      cu: 16,
      resourceMode: 1,
      description: 'test',
      labels: ['multi_az=2'],
    })
    expect(queue).toMatchObject({ name: 'queue1', cu: 16, resourceMode: 1, owner: 'root', labels: ['multi_az=2'], type: 'sql' })
    expect(await control.queues.get(caller, 'QUEUE1')).toEqual(queue)
    await expect(control.queues.create(caller, { name: 'qUEUE1', cu: 16 })).rejects.toMatchObject({ kind: 'conflict' })
    await expect(control.queues.get(caller, 'Nope')).rejects.toThrow('There is no queue named Nope')
  })

  it('have numbers of their own and ranges that meet nothing', async () => {
    await using sample = await SampleControl.open({ settings: { queueBlock: '10.248.0.0/21' } })
    const { control, caller } = sample
    await control.vpcs.create(caller, { name: 'v', cidr: '10.248.2.0/23' })
    const made = [await sample.queue('a'), await sample.queue('b'), await sample.queue('c')]
    expect(made.map(({ cidr }) => cidr)).toEqual(['10.248.0.0/24', '10.248.1.0/24', '10.248.4.0/24'])
    expect(new Set(made.map(({ number }) => number)).size).toBe(3)
    // A VPC over the whole block leaves its subnets to avoid.
    const vpc = await control.vpcs.create(caller, { name: 'w', cidr: '10.0.0.0/8' })
    await control.subnets.create(caller, { vpcId: vpc.id, name: 's', cidr: '10.248.5.0/24' })
    const late = [await sample.queue('d'), await sample.queue('e'), await sample.queue('f')]
    expect(late.map(({ cidr }) => cidr)).toEqual(['10.248.2.0/24', '10.248.3.0/24', '10.248.6.0/24'])
    const ranges = [...made, ...late].map(({ cidr }) => parseCidr(cidr))
    expect(
      ranges.some((one, at) =>
        ranges.some((other, place) => place < at && one !== undefined && other !== undefined && overlaps(one, other)),
      ),
    ).toBe(false)
    await sample.queue('g')
    await expect(sample.queue('h')).rejects.toMatchObject({ kind: 'exhausted' })
    expect((await control.queues.create(caller, { name: 'shared', cu: 16 })).cidr).toBe('')
  })

  it('are listed by name or size, page by page, with the default queue', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    await control.queues.create(caller, { name: 'b', cu: 16 })
    await control.queues.create(caller, { name: 'a', cu: 64 })
    const names = async (listing: object) => (await control.queues.list(caller, listing)).map(({ name }) => name)
    expect(await names({})).toEqual(['a', 'b', 'default'])
    expect(await names({ order: 'queue_name_desc' })).toEqual(['default', 'b', 'a'])
    expect(await names({ order: 'cu_desc' })).toEqual(['a', 'b', 'default'])
    expect(await names({ pageSize: 2, currentPage: 2 })).toEqual(['default'])
    expect(await names({ type: 'general' })).toEqual([])
    expect(await names({ type: 'all' })).toHaveLength(3)
    await expect(control.queues.list(caller, { order: 'size' })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('refuse what is not offered with a remedy', async () => {
    await using sample = await SampleControl.open()
    const create = (draft: object) => sample.control.queues.create(sample.caller, { name: 'q', cu: 16, ...draft })
    await expect(create({ type: 'general' })).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('send sql') })
    await expect(create({ engine: 'HetuEngine' })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('send spark'),
    })
    await expect(create({ pool: 'p1' })).rejects.toMatchObject({ kind: 'notFound' })
    await expect(create({ cu: 2 })).rejects.toMatchObject({ kind: 'invalid' })
    await expect(create({ name: 'default' })).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('cannot go while they are the default one', async () => {
    await using sample = await SampleControl.open()
    await expect(sample.control.queues.remove(sample.caller, 'default')).rejects.toMatchObject({ kind: 'unsupported' })
    await sample.queue('q1')
    await sample.control.queues.remove(sample.caller, 'Q1')
    await expect(sample.control.queues.remove(sample.caller, 'q1')).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('restart with force cancels their jobs, and only theirs', async () => {
    await using directory = await sampleDirectory()
    await using server = await SampleServer.start(directory.path)
    const gate = Promise.withResolvers<void>()
    server.engine.gate = gate.promise
    const { job } = await server.submit('select 1')
    const { job: other } = await server.submit('select 1', { queueName: 'q2' })
    const useCases = queues(server.deps, server.runner)
    await expect(useCases.restart(sampleCaller, 'q1', { force: false })).rejects.toMatchObject({ kind: 'busy' })
    await expect(useCases.changeCidr(sampleCaller, 'q1', '10.9.0.0/24')).rejects.toMatchObject({ kind: 'busy' })
    await expect(useCases.remove(sampleCaller, 'q1')).rejects.toMatchObject({ kind: 'busy', message: expect.stringContaining('1 job has') })
    expect((await useCases.restart(sampleCaller, 'Q1', { force: true })).cancelled).toEqual([job.id])
    expect((await server.ended(job.id)).state).toBe('CANCELLED')
    gate.resolve()
    expect((await server.ended(other.id)).state).toBe('FINISHED')
    expect((await useCases.restart(sampleCaller, 'q1', { force: true })).cancelled).toEqual([])
  })

  it('take jobs of those alone who may submit and cancel', async () => {
    await using directory = await sampleDirectory()
    await using server = await SampleServer.start(directory.path)
    const gate = Promise.withResolvers<void>()
    server.engine.gate = gate.promise
    const editor = {
      ...sampleCaller,
      user: { ...sampleCaller.user, id: 'u2' as typeof sampleCaller.user.id, name: 'eve' },
      role: 'editor' as const,
    }
    await server.deps.store.users.insert(editor.user, 'no password')
    const draft = { sql: 'select 1', currentDatabase: '', queueName: 'q1', conf: [], engine: 'spark', tags: [] }
    await expect(server.jobs.submit(editor, draft)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('SUBMIT_JOB'),
    })
    await server.deps.store.queueGrants.put(sampleQueueIds.q1, editor.user.id, ['SUBMIT_JOB'])
    const { job: own } = await server.jobs.submit(editor, draft)
    await server.jobs.cancel(editor, own.id)
    const { job } = await server.submit('select 1')
    await expect(server.jobs.cancel(editor, job.id)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('CANCEL_JOB'),
    })
    await server.deps.store.queueGrants.put(sampleQueueIds.q1, editor.user.id, ['CANCEL_JOB'])
    await server.jobs.cancel(editor, job.id)
    gate.resolve()
  })
})
