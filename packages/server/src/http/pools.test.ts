// Elastic resource pools over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const pool = { elastic_resource_pool_name: 'elastic_pool_0622_10', max_cu: 64, min_cu: 64 }

describe('elastic resource pools', () => {
  it('a pool is created, listed, resized and deleted as published', async () => {
    const params = { name: pool.elastic_resource_pool_name }
    const created = await server.ask('createPool', {
      body: { ...pool, description: 'test', cidr_in_vpc: '172.16.0.0/14', charging_mode: '1', tags: null },
    })
    expect(created.body).toEqual({ is_success: true, message: '', elastic_resource_pool_name: 'elastic_pool_0622_10' })
    const listed = await server.ask('listPools', { query: { offset: 0, limit: 100 } })
    expect(listed.body).toMatchObject({ is_success: true, message: '', count: 1 })
    expect(listed.body.elastic_resource_pools).toEqual([
      {
        ...pool,
        owner: 'admin',
        id: 1,
        description: 'test',
        actual_cu: 64,
        current_cu: 64,
        cidr_in_vpc: '172.16.0.0/14',
        create_time: expect.any(Number),
        update_time: expect.any(Number),
        status: 'AVAILABLE',
        resource_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        fail_reason: '',
        enterprise_project_id: '0',
        prepay_cu: 0,
        charging_mode: 1,
        manager: '',
        queues: [],
        label: {},
        ipv6_enable: false,
        ipv6_cidr_in_subnet: '',
      },
    ])
    expect((await server.ask('listPools', { query: { offset: 1, limit: 100 } })).body.elastic_resource_pools).toEqual([])
    const updated = await server.ask('updatePool', { params, body: { description: 'test_update', max_cu: 78, min_cu: 78 } })
    expect(updated.body).toEqual({ is_success: true, message: '' })
    const records = await server.ask('listScaleRecords', { params, query: { start_time: 1_650_784_624_000, status: 'success' } })
    expect(records.body.items.map((item: { origin_cu: number; target_cu: number }) => [item.origin_cu, item.target_cu])).toEqual([
      [0, 64],
      [64, 78],
    ])
    expect((await server.ask('createPool', { body: pool })).body.error_code).toBe('DLI.0006')
    expect((await server.ask('createPool', { body: { ...pool, elastic_resource_pool_name: 'x', min_cu: 65 } })).body.error_code).toBe(
      'DLI.0001',
    )
    expect((await server.ask('deletePool', { params })).body).toEqual({ is_success: true, message: '' })
    const gone = await server.ask('deletePool', { params })
    expect([gone.status, gone.body.error_code]).toEqual([400, 'DLI.0002'])
    expect((await server.ask('listPools')).body.count).toBe(0)
  })

  it('a queue is moved into a pool and its policies are replaced', async () => {
    await server.ask('createPool', { body: { ...pool, elastic_resource_pool_name: 'p1' } })
    await server.ask('createQueue', { body: { queue_name: 'lhm_sql', cu_count: 16, resource_mode: 1 } })
    const params = { name: 'p1', queue_name: 'lhm_sql' }
    expect((await server.ask('addPoolQueue', { params, body: { queue_name: 'lhm_sql' } })).body).toEqual({ is_success: true, message: '' })
    const wanted = { priority: 100, impact_start_time: '00:00', impact_stop_time: '24:00' }
    const put = await server.ask('putPoolQueuePolicies', {
      params,
      body: { queue_scaling_policies: [{ ...wanted, max_cu: '64', min_cu: '16' }] },
    })
    expect(put.body).toEqual({ is_success: true, message: '' })
    const { body } = await server.ask('listPoolQueues', { params, query: { limit: 100, queue_name: 'lhm_sql', offset: 0 } })
    expect(body).toMatchObject({ is_success: true, count: 1 })
    expect(body.queues).toEqual([
      {
        queue_name: 'lhm_sql',
        enterprise_project_id: '0',
        queue_type: 'sql',
        owner: 'admin',
        create_time: expect.any(Number),
        engine: 'spark',
        queue_scaling_policies: [{ ...wanted, max_cu: 64, min_cu: 16, inherit_elastic_resource_pool_max_cu: false }],
      },
    ])
    const size = async () => {
      const { body: read } = await server.ask('getQueue', { params: { queue_name: 'lhm_sql' } })
      return [read.cuCount, read.cu_spec]
    }
    expect(await size()).toEqual([16, 16])
    await server.ask('putPoolQueuePolicies', { params, body: { queue_scaling_policies: [{ ...wanted, max_cu: '64', min_cu: '48' }] } })
    expect(await size()).toEqual([48, 16])
    expect((await server.ask('listPoolQueues', { params, query: { offset: 1 } })).body.queues).toEqual([])
    const refused = await server.ask('putPoolQueuePolicies', { params, body: { queue_scaling_policies: [] } })
    expect([refused.status, refused.body.error_code]).toEqual([400, 'DLI.0001'])
    expect((await server.ask('deletePool', { params })).body.error_code).toBe('DLI.0012')
  })

  it('a queue in a pool is created and bound as Terraform does', async () => {
    await server.ask('createPool', { body: { ...pool, elastic_resource_pool_name: 'p2' } })
    const unknown = await server.ask('createQueue', { body: { queue_name: 'q2', cu_count: 16, elastic_resource_pool_name: 'none' } })
    expect([unknown.status, unknown.body.error_code]).toEqual([400, 'DLI.0002'])
    await server.ask('createQueue', { body: { queue_name: 'q2', cu_count: 16, resource_mode: 0, elastic_resource_pool_name: 'p2' } })
    const listed = await server.ask('listQueues', { query: { queue_type: 'sql' } })
    const queue = listed.body.queues.find(({ queue_name }: { queue_name: string }) => queue_name === 'q2')
    expect(queue).toMatchObject({ elastic_resource_pool_name: 'p2', cidr_in_vpc: '172.16.0.0/12', feature: '' })
    const created = await server.ask('createConnection', {
      body: { name: 'c1', dest_vpc_id: 'v', dest_network_id: 'n', queues: ['q2'], elastic_resource_pools: 'p2' },
    })
    const params = { connection_id: created.body.connection_id }
    const { body } = await server.ask('getConnection', { params })
    expect(body.available_queue_info.map(({ name }: { name: string }) => name)).toEqual(['q2'])
    expect(body.elastic_resource_pools.map(({ name }: { name: string }) => name)).toEqual(['p2'])
    const unbound = await server.ask('disassociateQueue', { params, body: { elastic_resource_pools: ['p2'] } })
    expect(unbound.body).toEqual({ is_success: true, message: 'Disassociated peer connection for queues:{p2}.' })
    // The pool of a queue that is bound by its own name is still shown.
    expect((await server.ask('getConnection', { params })).body.elastic_resource_pools).toHaveLength(1)
    await server.ask('disassociateQueue', { params, body: { queues: ['q2'] } })
    expect((await server.ask('getConnection', { params })).body.elastic_resource_pools).toEqual([])
    expect((await server.ask('associateQueue', { params, body: { elastic_resource_pools: ['none'] } })).body.error_code).toBe('DLI.0002')
  })
})
