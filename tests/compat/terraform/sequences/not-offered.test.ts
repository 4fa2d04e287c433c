// The first call of every resource whose operation is not on offer: it answers 501 with a reason, never a pretended success.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connections } from './connection.ts'
import { type Provider, type ProviderCall, Refused } from './provider.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let provider: Provider
beforeAll(async () => {
  stage = await openStage()
  provider = stage.provider
})
afterAll(() => stage[Symbol.asyncDispose]())

const id = '503fc86a-5e60-4349-92c2-7e399404fa8a'
const edsconnection = { object: `edsconnections.${id}`, privileges: ['BIND_QUEUE'] }
const sharing = { action: 'grant', privileges: [edsconnection], projectId: '330e068af1334c9782f4226acc00a2e2' }
const onDatabase = { action: 'grant', privileges: [{ object: 'databases.shop', privileges: ['SELECT'] }], user_name: 'eve' }
const prepaid = { charging_mode: 2, elastic_resource_pool_name: 'p', max_cu: 64, min_cu: 64, period_num: 1, period_type: 'month' }

const calls: readonly (readonly [resource: string, call: ProviderCall])[] = [
  ['dli_datasource_connection_privilege', { method: 'PUT', path: 'v1.0/{project_id}/authorization', body: sharing }],
  ['dli_datasource_connection_privilege, read', { method: 'GET', path: `${connections}/${id}/privileges` }],
  ['dli_database_privilege', { method: 'PUT', path: 'v1.0/{project_id}/authorization', body: onDatabase }],
  ['dli_elastic_resource_pool, prepaid', { method: 'POST', path: 'v3/{project_id}/orders/elastic-resource-pools', body: prepaid }],
]

describe('what is published and not on offer', () => {
  it.each(calls)('%s is refused with its reason', async (_resource, call) => {
    const refused = await provider.send(call).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    const { status, code, message } = refused as Refused
    expect([status, code]).toEqual([501, 'DLI.0007'])
    expect(message).toContain('is published but not offered here')
  })
})
