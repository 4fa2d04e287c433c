// Makes the database of an installation of this version, with a row in every table: what the next versions must be able to migrate.
// `node tools/run.mjs tests/durability/make-installation.ts tests/durability/schema-NNNN.db`, once per release, on its commit.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type OperationId, operations } from '@tributary/contract'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary } from '../servers/tributary.ts'
import { installationKey, tablesOf } from './installation.ts'
import { setStage, silentSource } from './stage.ts'
import { type Json, type Sent, Writer } from './writer.ts'

const to = process.argv[2]
if (to === undefined) throw new Error('name the file to write')
const folder = mkdtempSync(join(tmpdir(), 'tributary-installation-'))
try {
  await fill(join(folder, 'data'))
  using database = new DatabaseSync(join(folder, 'data', 'tributary.db'))
  // Small pages: most tables have one row.
  database.exec('pragma wal_checkpoint(truncate); pragma journal_mode = delete; pragma page_size = 512; vacuum')
  const empty = tablesOf(database).filter((table) => database.prepare(`select count(*) as rows from "${table}"`).get()?.['rows'] === 0)
  if (empty.length > 0) throw new Error(`no row in ${empty.join(', ')}`)
  rmSync(to, { force: true })
  database.prepare('vacuum into ?').run(to)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function fill(dataDir: string): Promise<void> {
  await using source = await silentSource()
  await using server = await startTributary({ dataDir, args: ['--warm-spare=false'], env: { TRIBUTARY_SEALING_KEY: installationKey } })
  const { target, ground } = await setStage(server, source.port)
  const writer = new Writer({ name: 'made', target, ground, chance: new Chance(1) })
  const { vpcId, subnetId, securityGroupId, userName, silentPort } = ground
  const call = async (id: OperationId, sent: Sent = {}): Promise<Json> => {
    const { status, body } = await writer.call(id, sent)
    if (status !== operations[id].response.status) throw new Error(`${id} answered ${status}: ${JSON.stringify(body)}`)
    return body
  }
  const queue = { queue_name: 'kept' }
  const tags = { tags: [{ key: 'k', value: 'v' }] }
  await call('grantProjectRole', { params: { user_id: (await call('listUsers')).users[0].id, role_id: 'editor' } })
  const group = { security_group_id: securityGroupId, direction: 'ingress', protocol: 'tcp', port_range_min: 5432, port_range_max: 5432 }
  await call('createSecurityGroupRule', { body: { security_group_rule: group } })
  const { routetable } = await call('createRouteTable', { body: { routetable: { name: 'own', vpc_id: vpcId } } })
  const move = { routetable: { subnets: { associate: [subnetId] } } }
  await call('moveSubnets', { params: { routetable_id: routetable.id }, body: move })
  await call('createQueueProperties', { params: queue, body: { properties: { 'job.maxConcurrent': 10 } } })
  await call('authorizeQueueUser', { body: { ...queue, user_name: userName, action: 'grant', privileges: ['SUBMIT_JOB'] } })
  const plan = { plan_name: 'plan', target_cu: 32, start_hour: 3, start_minute: 0, repeat_day: ['MONDAY'] }
  await call('createQueuePlan', { params: queue, body: plan })
  await call('createTags', { params: { resource_type: 'dli_queue', resource_id: 'kept' }, body: tags })
  const pool = { elastic_resource_pool_name: 'pool', min_cu: 64, max_cu: 128, cidr_in_vpc: '172.30.0.0/18' }
  await call('createPool', { body: pool })
  await call('updatePool', { params: { name: 'pool' }, body: { min_cu: 128 } })
  await call('createQueue', { body: { queue_name: 'pooled', cu_count: 16, resource_mode: 1 } })
  await call('addPoolQueue', { params: { name: 'pool' }, body: { queue_name: 'pooled' } })
  const policy = { priority: 1, impact_start_time: '00:00', impact_stop_time: '24:00', min_cu: 16, max_cu: 64 }
  await call('putPoolQueuePolicies', { params: { name: 'pool', queue_name: 'pooled' }, body: { queue_scaling_policies: [policy] } })
  const draft = { name: 'pooled', dest_vpc_id: vpcId, dest_network_id: subnetId, elastic_resource_pools: ['pool'] }
  const hosts = [{ name: 'orders-db', ip: '10.71.0.5' }]
  const { connection_id } = await call('createConnection', { body: { ...draft, hosts }, headers: { 'idempotency-key': 'once-0001' } })
  await call('createRoute', { params: { connection_id }, body: { name: 'office', cidr: '10.200.0.0/24' } })
  const classic = { name: 'classic', service: 'rds', security_group_id: securityGroupId, network_id: subnetId, url: '10.71.0.5:5432' }
  const made = await call('createClassicConnection', { body: classic })
  await call('disassociateClassicQueue', { params: { connection_id: made.connection_id }, body: { queues: ['kept'] } })
  await call('createQueue', { body: { queue_name: 'relayed', cu_count: 16, resource_mode: 1 } })
  await call('associateClassicQueue', { params: { connection_id: made.connection_id }, body: { queues: ['relayed'] } })
  const login = { auth_info_name: 'login', datasource_type: 'passwd', user_name: 'u', password: 'kept secret' }
  await call('createAuthInfo', { body: login })
  const privileges = [{ object: 'databases.kept', privileges: ['SELECT'] }]
  await call('authorizeUser', { body: { user_name: userName, action: 'grant', privileges } })
  await call('submitJob', { body: { sql: 'SELECT 1 AS one' } })
  const { task_id } = await call('createConnectionTest', { params: queue, body: { address: `10.71.0.9:${silentPort}` } })
  for (let tries = 0; tries < 200; tries++) {
    if ((await call('getConnectionTest', { params: { ...queue, task_id: String(task_id) } })).connectivity !== '') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the connection test did not end')
}
