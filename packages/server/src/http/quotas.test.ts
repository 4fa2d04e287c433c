// Quotas over HTTP: the published list, our own calls, and what is refused.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const put = (type: string, quota: unknown, as: object = {}) =>
  server.ask('putProjectQuotas', { body: { quotas: [{ type, quota }] }, ...as })
const queue = (queue_name: string, cu_count: number) => server.ask('createQueue', { body: { queue_name, cu_count, resource_mode: 1 } })

describe('quotas', () => {
  it('a quota is shown, set by the owner, and refuses the unit after the last', async () => {
    const published = async () => (await server.ask('listQuotas')).body
    expect(await published()).toEqual({
      is_success: true,
      quotas: { resources: [{ type: 'QUEUE_CU', min: 16, max: 32_000, quota: 32_000, used: 0 }] },
    })
    const set = await put('QUEUE_CU', 48)
    expect(set.status).toBe(200)
    expect(set.body.quotas[0]).toEqual({ type: 'QUEUE_CU', min: 16, max: 32_000, quota: 48, used: 0 })
    expect((await queue('q1', 32)).status).toBe(200)
    const refused = await queue('q2', 17)
    expect([refused.status, refused.body]).toEqual([
      400,
      {
        error_code: 'DLI.1028',
        error_msg:
          'quota QUEUE_CU of the project is 48, 32 of it in use, and 17 more are asked for: delete a queue or make one smaller, or ask the installation owner for a larger quota',
      },
    ])
    expect((await queue('q2', 16)).status).toBe(200)
    const grow = await server.ask('actOnQueue', { params: { queue_name: 'q2' }, body: { action: 'scale_out', cu_count: 16 } })
    expect([grow.status, grow.body.error_code]).toEqual([400, 'DLI.1028'])
    expect((await published()).quotas.resources).toEqual([{ type: 'QUEUE_CU', min: 16, max: 32_000, quota: 48, used: 48 }])
    await server.ask('deleteQueue', { params: { queue_name: 'q1' } })
    expect((await queue('q3', 32)).status).toBe(200)
  })

  it('hold for pools, connections and jobs', async () => {
    await put('ELASTIC_RESOURCE_POOL_CU', 64)
    const pool = (elastic_resource_pool_name: string, max_cu: number) =>
      server.ask('createPool', { body: { elastic_resource_pool_name, min_cu: 16, max_cu } })
    expect((await pool('p1', 65)).body.error_code).toBe('DLI.1028')
    expect((await pool('p1', 64)).status).toBe(200)
    await put('ENHANCED_CONNECTION', 1)
    const connect = (name: string) => server.ask('createConnection', { body: { name, dest_vpc_id: 'v', dest_network_id: 'n' } })
    expect((await connect('c1')).status).toBe(201)
    expect((await connect('c2')).body.error_code).toBe('DLI.1028')
    await put('SQL_JOB', 0)
    const job = await server.ask('submitJob', { body: { sql: 'SELECT 1 AS a' } })
    expect([job.status, job.body.error_code]).toEqual([400, 'DLI.1028'])
    const { body } = await server.ask('getProjectQuotas')
    expect(body.quotas.map(({ type, quota, used }: Record<string, unknown>) => [type, quota, used])).toEqual([
      ['QUEUE_CU', 48, 48],
      ['ELASTIC_RESOURCE_POOL_CU', 64, 64],
      ['ENHANCED_CONNECTION', 1, 1],
      ['SQL_JOB', 0, 0],
      ['TABLE_MIB', 1_048_576, 0],
    ])
  })

  it('are read by who is in the project, and set by nobody but the owner of the installation', async () => {
    const reader = await samplePerson(server, 'rita', 'reader')
    const admin = await samplePerson(server, 'ada', 'admin')
    expect((await server.ask('getProjectQuotas', { as: { token: reader.token } })).body.quotas).toHaveLength(5)
    expect((await server.ask('listQuotas', { as: { token: reader.token } })).status).toBe(200)
    expect((await put('SQL_JOB', 5, { as: { token: admin.token } })).status).toBe(403)
    for (const [type, quota] of [
      ['SQL_JOB', -1],
      ['SQL_JOB', 1_000_001],
      ['SQL_JOB', 'x'],
      ['BEES', 1],
    ] as const) {
      expect([type, quota, (await put(type, quota)).body.error_code]).toEqual([type, quota, 'DLI.0001'])
    }
    expect(
      (await server.ask('putProjectQuotas', { params: { project_id: 'none' }, body: { quotas: [{ type: 'SQL_JOB', quota: 1 }] } })).status,
    ).toBe(404)
    expect((await server.ask('putProjectQuotas', { body: { quotas: [] } })).status).toBe(400)
  })
})
