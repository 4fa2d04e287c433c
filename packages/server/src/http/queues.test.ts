// Queues over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Queue {
  readonly queue_name: string
  readonly resource_mode: number
}

describe('queues', () => {
  it('a queue is created, listed, read and deleted as published', async () => {
    const created = await server.ask('createQueue', {
      body: { queue_name: 'Queue1', description: 'test', cu_count: '16', resource_mode: 1, tags: null, labels: ['multi_az=2'] },
    })
    expect(created.body).toEqual({ is_success: true, message: '', queue_name: 'queue1' })
    const listed = await server.ask('listQueues', {
      query: { queue_type: 'all', 'page-size': 100, 'current-page': 1, 'with-priv': 'true' },
    })
    expect(listed.body.queues.map(({ queue_name, resource_mode }: Queue) => [queue_name, resource_mode])).toEqual([
      ['default', 0],
      ['queue1', 1],
    ])
    expect(listed.body.queues[1]).toMatchObject({
      cu_count: 16,
      labels: 'multi_az=2',
      is_restarting: false,
      engine: 'spark',
      queue_type: 'sql',
    })
    expect(listed.body.queues[1].cidr_in_vpc).toMatch(/^\d+\.\d+\.\d+\.0\/24$/)
    const { body } = await server.ask('getQueue', { params: { queue_name: 'QUEUE1' } })
    expect(body).toMatchObject({ is_success: true, queueName: 'queue1', cuCount: 16, chargingMode: 1, queueType: 'sql', resource_mode: 1 })
    expect(body.cidr_in_vpc).toBeUndefined()
    expect((await server.ask('deleteQueue', { params: { queue_name: 'queue1' } })).body).toEqual({ is_success: true, message: '' })
    const gone = await server.ask('getQueue', { params: { queue_name: 'queue1' } })
    expect(gone.status).toBe(400)
    expect(gone.body).toEqual({ error_code: 'DLI.0002', error_msg: 'There is no queue named queue1' })
  })

  it('a request that cannot be is refused with what to change', async () => {
    const missing = await server.ask('createQueue', { body: { cu_count: 16 } })
    expect(missing.status).toBe(400)
    expect(missing.body.error_code).toBe('DLI.0001')
    expect(missing.body.error_msg).toMatch(/^queue_name is missing/)
    expect((await server.ask('createQueue', { body: { queue_name: '_q', cu_count: 16 } })).body.error_code).toBe('DLI.0001')
    expect((await server.ask('createQueue', { body: { queue_name: 'q', cu_count: 16, queue_type: 'general' } })).body.error_code).toBe(
      'DLI.0007',
    )
    await server.ask('createQueue', { body: { queue_name: 'twice', cu_count: 16 } })
    expect((await server.ask('createQueue', { body: { queue_name: 'TWICE', cu_count: 16 } })).body.error_code).toBe('DLI.0006')
    expect((await server.ask('deleteQueue', { params: { queue_name: 'default' } })).status).toBe(400)
  })

  it('a published call that is not on offer answers 501', async () => {
    const path = `/v3/${publishedProject}/orders/elastic-resource-pools`
    const { status, body } = await server.send('POST', path, { body: {} })
    expect(status).toBe(501)
    expect(body).toEqual({ error_code: 'DLI.0007', error_msg: expect.stringContaining('not offered') })
    expect((await server.send('POST', path, { as: 'nobody' })).status).toBe(401)
  })

  it('a queue grows, shrinks and restarts', async () => {
    await server.ask('createQueue', { body: { queue_name: 'sized', cu_count: 16, resource_mode: 1 } })
    const params = { queue_name: 'SIZED' }
    const act = (body: object) => server.ask('actOnQueue', { params, body })
    const cu = async () => (await server.ask('getQueue', { params })).body.cuCount
    expect((await act({ action: 'scale_out', cu_count: '48' })).body).toEqual({
      is_success: true,
      message: '',
      queue_name: 'sized',
      result: true,
    })
    expect(await cu()).toBe(64)
    await act({ action: 'scale_in', cu_count: 32 })
    expect(await cu()).toBe(32)
    for (const body of [
      { action: 'scale_in', cu_count: 32 },
      { action: 'scale_out', cu_count: 8 },
      { action: 'scale_out' },
      { action: 'grow' },
    ]) {
      const refused = await act(body)
      expect([refused.status, refused.body.error_code]).toEqual([400, 'DLI.0001'])
    }
    expect(await cu()).toBe(32)
    const restarted = await act({ action: 'restart', force: 'false' })
    expect(restarted.body).toEqual({ is_success: true, message: 'Restart success', queue_name: 'sized', result: true })
    const system = await server.ask('actOnQueue', { params: { queue_name: 'default' }, body: { action: 'scale_out', cu_count: 16 } })
    expect(system.body.error_code).toBe('DLI.0007')
  })

  it('the range of a queue changes while nothing stands on it', async () => {
    await server.ask('createQueue', { body: { queue_name: 'ranged', cu_count: 16, resource_mode: 1 } })
    const params = { queue_name: 'ranged' }
    const change = (cidr?: string) => server.ask('changeQueueCidr', { params, body: { cidr_in_vpc: cidr } })
    const ranges = async () => {
      const { body } = await server.ask('listQueues', { query: { queue_type: 'sql' } })
      return body.queues.filter((queue: Queue) => queue.queue_name === 'ranged').map((queue: { cidr_in_vpc: string }) => queue.cidr_in_vpc)
    }
    expect((await change('10.99.0.0/24')).body).toEqual({ is_success: true, message: '' })
    expect(await ranges()).toEqual(['10.99.0.0/24'])
    for (const wrong of [undefined, '', '10.99.0.0/25', '9.0.0.0/8', 'x']) expect((await change(wrong)).body.error_code).toBe('DLI.0001')
    const bound = await server.ask('createConnection', {
      body: { name: 'bound', dest_vpc_id: 'v', dest_network_id: 'n', queues: ['ranged'] },
    })
    expect((await change('10.98.0.0/24')).body).toEqual({
      error_code: 'DLI.0012',
      error_msg: '1 enhanced connection is bound to queue ranged: unbind it before its range is changed',
    })
    await server.ask('deleteConnection', { params: { connection_id: bound.body.connection_id } })
    expect((await change('10.98.0.0/24')).status).toBe(200)
    expect(await ranges()).toEqual(['10.98.0.0/24'])
  })

  it('reads back what was sent and filters by tags', async () => {
    const tags = [
      { key: 'team', value: 'a' },
      { key: 'stage', value: 'test' },
    ]
    await server.ask('createQueue', { body: { queue_name: 'tagged', cu_count: 16, charging_mode: 2, feature: 'basic', tags } })
    const found = async (filter: string) => {
      const { body } = await server.ask('listQueues', { query: { tags: filter } })
      return body.queues.map(({ queue_name, feature, charging_mode }: Queue & { feature: string; charging_mode: number }) => [
        queue_name,
        feature,
        charging_mode,
      ])
    }
    expect(await found('team=a,stage=test')).toEqual([['tagged', 'basic', 2]])
    expect(await found('team=a,stage=other')).toEqual([])
  })
})
