// Sets the stage for the fuzzer: a server with a queue, a connection, a source table and everything that later calls may name.

import { Caller, runJob } from '../seeds/replay.ts'
import { sampleAccount, type TributaryServer } from '../../servers/tributary.ts'
import type { PostgresServer } from '../../servers/postgres.ts'

const ids = {
  vpc_id: 'a3d1c5f0-0001-4c7e-9a51-6f2b8d0e7101',
  network_id: '78f2562a-36e4-4b39-95b9-f5aab22e7101',
  security_group_id: '5e0c7f60-0001-4c7e-9a51-6f2b8d0e7101',
} as const

/** Tables of the database `kept` that recipes and stories name: as long as they stand, those calls are about what they say. */
export const keptTables: readonly string[] = ['visits', 'own', 'slow']

/** Makes what must be there, and tells the values by the names under which calls want them. */
export async function setStage(server: TributaryServer, source: PostgresServer): Promise<Readonly<Record<string, unknown>>> {
  const { projectId: project, adminUser, adminPassword, domainName } = sampleAccount
  const caller = new Caller(server.endpoint, sampleAccount)
  await caller.json('PUT', '/tributary/v1/networks', {
    vpcs: [{ id: ids.vpc_id, project_id: project, name: 'kept', cidr: '10.0.0.0/8' }],
    subnets: [{ id: ids.network_id, vpc_id: ids.vpc_id, name: 'kept', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1' }],
    security_groups: [{ id: ids.security_group_id, project_id: project, name: 'kept' }],
  })
  await caller.json('PUT', `/tributary/v1/projects/${project}/vpcs/${ids.vpc_id}/gateway`, {
    kind: 'map',
    ranges: ['127.0.0.1/32'],
    map: [{ from: '10.71.0.5:5432', to: `127.0.0.1:${source.port}` }],
  })
  await caller.json('POST', `/v1.0/${project}/queues`, { queue_name: 'kept', cu_count: 16, resource_mode: 1 })
  const connection = { name: 'kept', dest_vpc_id: ids.vpc_id, dest_network_id: ids.network_id, queues: ['kept'] }
  const made = await caller.json('POST', `/v2.0/${project}/datasource/enhanced-connections`, connection, 201)
  const login = { auth_info_name: 'kept', datasource_type: 'passwd', user_name: source.user, password: source.password }
  await caller.json('POST', `/v3/${project}/datasource/auth-infos`, login, 201)
  await caller.json('POST', `/v1.0/${project}/databases`, { database_name: 'kept' })
  const options = `'url'='jdbc:postgresql://10.71.0.5:5432/site', 'driver'='org.postgresql.Driver', 'dbtable'='public.visits', 'passwdauth'='kept', 'encryption'='true'`
  for (let number = 0; number < 40; number++) {
    await runJob(
      caller,
      project,
      'kept',
      `CREATE TABLE kept.${number === 0 ? 'visits' : `visits${number}`} USING JDBC OPTIONS (${options})`,
    )
  }
  await runJob(caller, project, 'kept', 'CREATE TABLE kept.own AS SELECT 1 AS n')
  await runJob(caller, project, 'kept', `CREATE TABLE kept.slow USING JDBC OPTIONS (${options.replace('visits', 'slow')})`)
  const spare = (await caller.json('POST', '/v3.0/OS-USER/users', { user: { name: 'spare', password: adminPassword } }, 201))['user'] as {
    readonly id: string
  }
  await caller.call({ method: 'PUT', path: `/v3/projects/${project}/users/${spare.id}/roles/editor` }, 204)
  const domains = (await caller.call({ method: 'GET', path: '/v3/auth/domains' }, 200))['domains'] as readonly { readonly id: string }[]
  const users = (await caller.call({ method: 'GET', path: '/v3/users' }, 200))['users'] as readonly {
    readonly id: string
    readonly name: string
  }[]
  const self = { own_user_id: users.find(({ name }) => name === adminUser)?.id, own_access_key: sampleAccount.accessKey }
  const user = { name: adminUser, password: adminPassword, domain: { name: domainName } }
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: project } } }
  return {
    ...ids,
    ...self,
    domain_id: domains[0]?.id,
    connection_id: made['connection_id'],
    spare_user_id: spare.id,
    spare_user_name: 'spare',
    project_id: project,
    queue_name: 'kept',
    auth_info_name: 'kept',
    database_name: 'kept',
    auth,
  }
}
