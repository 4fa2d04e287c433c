// Scheduled plans of queues over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
const params = { queue_name: 'queue1' }
beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createQueue', { body: { queue_name: 'queue1', cu_count: 16, resource_mode: 1 } })
})
afterAll(() => server[Symbol.asyncDispose]())

const plan = { plan_name: 'plan_A', target_cu: 64, start_hour: 20, start_minute: 30, repeat_day: ['TUESDAY', 'MONDAY'], activate: true }

describe('queue plans', () => {
  it('plans of a queue are made, listed, changed and deleted as published', async () => {
    const until = Date.now() + 30 * 24 * 3_600_000
    const created = await server.ask('createQueuePlan', {
      params,
      body: { ...plan, valid_date_begin: 1_590_949_800_000, valid_date_end: until },
    })
    expect(created.body).toEqual({ is_success: true, message: '' })
    const listed = await server.ask('listQueuePlans', { params })
    expect(listed.body.plans).toEqual([
      { ...plan, id: 1, repeat_day: ['MONDAY', 'TUESDAY'], valid_date_begin: 1_590_949_800_000, valid_date_end: until },
    ])
    const updated = await server.ask('updateQueuePlan', { params: { ...params, plan_id: '1' }, body: { ...plan, activate: 'false' } })
    expect(updated.body).toEqual({ is_success: true, message: '', queue_name: 'queue1', plan_id: 1 })
    expect((await server.ask('listQueuePlans', { params })).body.plans[0].activate).toBe(false)
    expect((await server.ask('createQueuePlan', { params, body: plan })).body.error_code).toBe('DLI.0006')
    await server.ask('createQueuePlan', { params, body: { ...plan, plan_name: 'plan_B' } })
    const missing = await server.ask('deleteQueuePlans', { params, body: { plan_ids: [1, 8, 9] } })
    expect([missing.status, missing.body]).toEqual([400, { error_code: 'DLI.0002', error_msg: 'The plans with id 8, 9 do not exist.' }])
    expect((await server.ask('deleteQueuePlans', { params, body: { plan_ids: [1] } })).status).toBe(200)
    expect((await server.ask('deleteQueuePlan', { params: { ...params, plan_id: '2' } })).body).toEqual({ is_success: true, message: '' })
    const gone = await server.ask('deleteQueuePlan', { params: { ...params, plan_id: '2' } })
    expect(gone.body).toEqual({ error_code: 'DLI.0002', error_msg: 'The plan with id 2 does not exist.' })
    expect((await server.ask('listQueuePlans', { params })).body.plans).toEqual([])
  })

  it('of an unknown queue are refused as everything about it is', async () => {
    const { status, body } = await server.ask('listQueuePlans', { params: { queue_name: 'none' } })
    expect([status, body]).toEqual([400, { error_code: 'DLI.0002', error_msg: 'There is no queue named none' }])
  })

  it('refuses times that never come, and what is out of range', async () => {
    const never = await server.ask('createQueuePlan', { params, body: { ...plan, valid_date_end: 1_591_727_400_000 } })
    expect([never.status, never.body]).toEqual([
      400,
      {
        error_code: 'DLI.0999',
        error_msg: 'Queue plans create failed. The plan plan_A can not generate a scale plan, please check all time settings for the plan.',
      },
    ])
    for (const over of [{ start_hour: 24 }, { start_minute: 60 }, { target_cu: 20 }, { repeat_day: ['SOMEDAY'] }, { plan_name: '_' }])
      expect((await server.ask('createQueuePlan', { params, body: { ...plan, ...over } })).body.error_code).toBe('DLI.0001')
    const system = await server.ask('createQueuePlan', { params: { queue_name: 'default' }, body: plan })
    expect(system.body.error_code).toBe('DLI.0007')
  })
})
