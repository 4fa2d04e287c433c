// The clock of rehearsals over HTTP: plans and documented delays go by it, everything else by the real one.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const place = { dest_vpc_id: 'vpc-1', dest_network_id: 'subnet-1' }

async function declare(server: SampleServer): Promise<void> {
  const { status, text } = await server.ask('declareNetworks', {
    body: {
      vpcs: [{ id: 'vpc-1', project_id: server.credentials.projectId, name: 'vpc-1', cidr: '10.71.0.0/16' }],
      subnets: [{ id: 'subnet-1', vpc_id: 'vpc-1', name: 'subnet-1', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1' }],
    },
  })
  if (status !== 200) throw new Error(text)
}

describe('the clock', () => {
  let server: SampleServer
  let token: string
  beforeAll(async () => {
    server = await sampleServer({ TRIBUTARY_ALLOW_CLOCK: 'true' })
    token = await server.token()
    await declare(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('the clock is set ahead, and what was due fires', async () => {
    await server.ask('createQueue', { body: { queue_name: 'planned', cu_count: 16, resource_mode: 1 } })
    const soon = new Date(Date.now() + 120 * minuteMs)
    const plan = { plan_name: 'later', target_cu: 32, start_hour: soon.getUTCHours(), start_minute: soon.getUTCMinutes() }
    expect((await server.ask('createQueuePlan', { params: { queue_name: 'planned' }, body: plan })).status).toBe(200)
    const size = async () => (await server.ask('getQueue', { params: { queue_name: 'planned' } })).body.cuCount
    expect(await size()).toBe(16)
    const put = await server.ask('putClock', { body: { advance_ms: 121 * minuteMs } })
    expect([put.status, put.body.advance_ms]).toEqual([200, 121 * minuteMs])
    expect(Math.abs(put.body.now - Date.now() - 121 * minuteMs)).toBeLessThan(minuteMs)
    await expect.poll(size).toBe(32)
    expect((await server.ask('getInfo', { as: 'nobody' })).body.clock_advance_ms).toBe(121 * minuteMs)
  })

  it('leaves tokens, signatures and tombstones where they are', async () => {
    const { body } = await server.ask('createConnection', { body: { name: 'gone', ...place } })
    const params = { connection_id: body.connection_id as string }
    await server.ask('deleteConnection', { params })
    expect((await server.ask('putClock', { body: { advance_ms: 30 * dayMs } })).status).toBe(200)
    expect((await server.ask('listQueues', { as: { token } })).status).toBe(200)
    expect((await server.ask('listQueues')).status).toBe(200)
    expect((await server.ask('getConnection', { params })).body.status).toBe('DELETED')
    const { body: audit } = await server.ask('listAudit', { query: { limit: 1 } })
    expect(Math.abs(new Date(audit.entries[0].at).getTime() - Date.now())).toBeLessThan(minuteMs)
  })

  it('goes only forward, and the same again is fine', async () => {
    expect((await server.ask('putClock', { body: { advance_ms: 30 * dayMs } })).status).toBe(200)
    const back = await server.ask('putClock', { body: { advance_ms: 30 * dayMs - 1 } })
    expect([back.status, back.body.error_code]).toEqual([409, 'DLI.0006'])
    for (const body of [{ advance_ms: -1 }, { advance_ms: 1.5 }, { advance_ms: 315_360_000_001 }, {}, { advance_ms: 1, more: 2 }])
      expect((await server.ask('putClock', { body })).status, JSON.stringify(body)).toBe(400)
  })
})

describe('without --allow-clock', () => {
  it('the clock stays where it is', async () => {
    await using server = await sampleServer()
    const { status, body } = await server.ask('putClock', { body: { advance_ms: 1 } })
    expect([status, body.error_code, body.error_msg]).toEqual([501, 'DLI.0007', expect.stringContaining('--allow-clock')])
    expect((await server.ask('getInfo', { as: 'nobody' })).body.clock_advance_ms).toBe(0)
  })
})

describe('timing=cloud', () => {
  it('a new queue is made as long as is documented: its jobs wait, and what binds it is CREATING', async () => {
    await using server = await sampleServer({ TRIBUTARY_ALLOW_CLOCK: 'true', TRIBUTARY_TIMING: 'cloud', TRIBUTARY_SWEEP: '1' })
    await declare(server)
    await server.ask('createQueue', { body: { queue_name: 'slow', cu_count: 16, resource_mode: 1 } })
    const { body } = await server.ask('createConnection', { body: { name: 'slow', ...place, queues: ['slow'] } })
    const params = { connection_id: body.connection_id as string }
    const peering = async () => (await server.ask('getConnection', { params })).body.available_queue_info[0]?.status
    const submitted = await server.ask('submitJob', { body: { sql: 'SELECT 1 AS one', queue_name: 'slow' } })
    const job = async () => (await server.ask('getJobStatus', { params: { job_id: submitted.body.job_id as string } })).body
    await expect.poll(async () => (await job()).message).toMatch(/^waits for queue slow, which is being made: \d+ min to go$/)
    await server.ask('putClock', { body: { advance_ms: 5 * minuteMs } })
    expect([(await job()).status, await peering()]).toEqual(['LAUNCHING', 'CREATING'])
    const refused = await server.ask('deleteConnection', { params })
    expect([refused.status, refused.body.error_code]).toEqual([400, 'DLI.0007'])
    await server.ask('putClock', { body: { advance_ms: 10 * minuteMs } })
    await expect.poll(peering, { timeout: 10_000 }).toBe('ACTIVE')
    await expect.poll(async () => (await job()).status, { timeout: 20_000 }).toBe('FINISHED')
    expect((await server.ask('deleteConnection', { params })).status).toBe(200)
    // What is created now is made as long as everything else, wherever the clock stands.
    await server.ask('createQueue', { body: { queue_name: 'newer', cu_count: 16, resource_mode: 1 } })
    const next = await server.ask('createConnection', { body: { name: 'newer', ...place, queues: ['newer'] } })
    const newer = async () =>
      (await server.ask('getConnection', { params: { connection_id: next.body.connection_id as string } })).body.available_queue_info[0]
        ?.status
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(await newer()).toBe('CREATING')
  }, 60_000)
})
