// Bodies that chance alone would hardly hit, by operation id; everything else is made from the schema.

import type { Stage } from './values.ts'

const net = ({ chance }: Stage) => `10.${chance.below(256)}.${chance.below(256)}`
const recall = ({ chance, memory }: Stage, ...names: readonly string[]) => memory.recall(chance, names)

/** A body that the operation should take, made anew each time. */
export const recipes: Readonly<Record<string, (stage: Stage) => unknown>> = {
  issueToken: ({ fixed }) => ({ auth: fixed['auth'] }),
  createVpc: (stage) => ({ vpc: { name: stage.fresh(), cidr: `${net(stage)}.0/24` } }),
  updateVpc: (stage) => ({ vpc: { name: stage.fresh() } }),
  addVpcCidrs: (stage) => ({ vpc: { extend_cidrs: [`${net(stage)}.0/24`] } }),
  createSubnet: (stage) => {
    const base = net(stage)
    return { subnet: { name: stage.fresh(), cidr: `${base}.0/24`, gateway_ip: `${base}.1`, vpc_id: stage.fixed['vpc_id'] } }
  },
  updateSubnet: (stage) => ({ subnet: { name: stage.fresh() } }),
  createSecurityGroup: (stage) => ({ security_group: { name: stage.fresh() } }),
  createSecurityGroupV3: (stage) => ({ security_group: { name: stage.fresh() } }),
  updateSecurityGroup: (stage) => ({ security_group: { description: stage.fresh() } }),
  createSecurityGroupRule: ({ chance, fixed }) => ({
    security_group_rule: {
      security_group_id: fixed['security_group_id'],
      direction: 'ingress',
      protocol: 'tcp',
      port_range_min: 1 + chance.below(60_000),
      port_range_max: 65_000,
    },
  }),
  createSecurityGroupRuleV3: ({ chance, fixed }) => ({
    security_group_rule: {
      security_group_id: fixed['security_group_id'],
      direction: 'ingress',
      protocol: 'tcp',
      multiport: String(1 + chance.below(60_000)),
      action: 'allow',
      priority: 1,
    },
  }),
  createRouteTable: (stage) => ({ routetable: { name: stage.fresh(), vpc_id: stage.fixed['vpc_id'] } }),
  updateRouteTable: (stage) => ({ routetable: { name: stage.fresh() } }),
  moveSubnets: (stage) => ({ routetable: { subnets: { associate: [recall(stage, 'subnets.id')] } } }),
  putGateway: () => ({ kind: 'none', ranges: [] }),
  declareNetworks: (stage) => ({
    vpcs: [{ id: stage.fresh(), project_id: stage.fixed['project_id'], name: stage.fresh(), cidr: '10.0.0.0/16' }],
  }),
  createQueue: (stage) => ({ queue_name: stage.fresh(), cu_count: 16, resource_mode: stage.chance.below(2) }),
  actOnQueue: ({ chance }) =>
    chance.pick([{ action: 'restart' }, { action: 'scale_out', cu_count: 16 }, { action: 'scale_in', cu_count: 16 }]),
  createPool: (stage) => ({
    elastic_resource_pool_name: stage.fresh(),
    min_cu: 64,
    max_cu: 128,
    cidr_in_vpc: `172.${16 + stage.chance.below(16)}.${stage.chance.below(250)}.0/24`,
  }),
  putProjectQuotas: ({ chance }) => ({ quotas: [{ type: 'QUEUE_CU', quota: 32_000 - chance.below(1_000) }] }),
  updatePool: (stage) => ({ description: stage.fresh() }),
  addPoolQueue: (stage) => ({ queue_name: recall(stage, 'queues.queue_name') }),
  createConnection: (stage) => ({
    name: stage.fresh(),
    dest_vpc_id: stage.fixed['vpc_id'],
    dest_network_id: stage.fixed['network_id'],
    queues: stage.chance.is(0.5) ? [stage.fixed['queue_name']] : [],
    hosts: [{ name: 'db', ip: '10.71.0.5' }],
  }),
  replaceHosts: () => ({ hosts: [{ name: 'db', ip: '10.71.0.6' }] }),
  associateQueue: ({ fixed }) => ({ queues: [fixed['queue_name']] }),
  disassociateQueue: ({ fixed }) => ({ queues: [fixed['queue_name']] }),
  checkConnection: (stage) => ({ name: stage.fresh(), dest_vpc_id: stage.fixed['vpc_id'], dest_network_id: stage.fixed['network_id'] }),
  createClassicConnection: (stage) => ({
    name: stage.fresh(),
    service: 'rds',
    security_group_id: stage.fixed['security_group_id'],
    network_id: stage.fixed['network_id'],
    url: '10.71.0.5:5432',
  }),
  createAuthInfo: (stage) => ({ auth_info_name: stage.fresh(), datasource_type: 'passwd', user_name: 'u', password: 'p' }),
  updateAuthInfo: (stage) => ({ auth_info_name: recall(stage, 'auth-infos.auth_info_name') ?? 'kept', user_name: stage.fresh() }),
  createDatabase: (stage) => ({ database_name: stage.fresh() }),
  createTable: (stage) =>
    stage.chance.is(0.3)
      ? {
          table_name: stage.fresh(),
          data_location: 'VIEW',
          select_statement: stage.chance.pick(['SELECT 1 AS n', 'SELECT * FROM kept.visits']),
        }
      : {
          table_name: stage.fresh(),
          data_location: 'DLI',
          columns: [
            { column_name: 'n', type: 'int' },
            { column_name: 'day', type: 'date', is_partition_column: true },
          ],
        },
  submitJob: ({ chance, fixed }) => ({
    sql: chance.pick([
      'SELECT 1 AS one',
      'SELECT count(*) AS n FROM kept.visits',
      'CREATE DATABASE IF NOT EXISTS kept',
      'CREATE TABLE IF NOT EXISTS kept.numbers AS SELECT 1 AS n',
    ]),
    queue_name: fixed['queue_name'],
  }),
  exportResult: (stage) => ({
    data_path: `obs://fuzz/${stage.fresh()}`,
    data_type: stage.chance.pick(['csv', 'json']),
    compress: stage.chance.pick(['none', 'gzip', 'deflate']),
    with_column_header: stage.chance.is(0.5),
    limit_num: stage.chance.below(3),
  }),
  exportTable: (stage) => ({
    data_path: stage.chance.pick([`obs://fuzz/${stage.fresh()}`, 'obs://fuzz/own']),
    data_type: stage.chance.pick(['csv', 'json']),
    database_name: 'kept',
    table_name: 'own',
    compress: stage.chance.pick(['none', 'gzip', 'deflate']),
    export_mode: 'Overwrite',
  }),
  importTable: (stage) => ({
    data_path: 'obs://fuzz/own',
    data_type: stage.chance.pick(['csv', 'json', 'parquet']),
    database_name: 'kept',
    table_name: 'own',
    delimiter: stage.chance.pick([',', ';']),
    overwrite: stage.chance.is(0.3),
    ...(stage.chance.is(0.3) ? { bad_records_path: `obs://fuzz/${stage.fresh()}` } : {}),
  }),
  checkSql: ({ fixed }) => ({ sql: 'SELECT 1 AS one', queue_name: fixed['queue_name'] }),
  examineQueue: ({ fixed }) => ({ address: '10.71.0.5:5432', protocol: 'postgresql', auth_info_name: fixed['auth_info_name'] }),
  createTags: (stage) => ({ tags: [{ key: stage.fresh(), value: 'v' }] }),
  deleteTags: (stage) => ({ tags: [{ key: stage.fresh() }] }),
  createAccessKey: ({ fixed }) => ({ credential: { user_id: fixed['spare_user_id'], description: 'fuzz' } }),
  changePassword: () => ({ user: { password: 'Correct-horse-battery-2', original_password: 'Correct-horse-battery-1' } }),
  authorizeQueueUser: ({ chance, fixed }) => ({
    queue_name: fixed['queue_name'],
    user_name: fixed['spare_user_name'],
    action: chance.pick(['grant', 'revoke', 'update']),
    privileges: ['SUBMIT_JOB'],
  }),
  authorizeUser: ({ chance, fixed }) => ({
    user_name: fixed['spare_user_name'],
    action: chance.pick(['grant', 'revoke', 'update']),
    privileges: [{ object: 'databases.kept', privileges: ['SELECT'] }],
  }),
  changeQueueCidr: ({ chance }) => ({ cidr_in_vpc: `172.${16 + chance.below(16)}.${4 * chance.below(60)}.0/22` }),
  patchUser: (stage) => ({ user: { description: stage.fresh() } }),
  putUser: (stage) => ({ user: { description: stage.fresh() } }),
  updateDatabaseOwner: ({ fixed }) => ({ new_owner: fixed['spare_user_name'] }),
  updateTableOwner: ({ fixed }) => ({ new_owner: fixed['spare_user_name'] }),
  extendVpc: () => ({ vpc: { extend_cidrs: ['192.168.77.0/24'] } }),
  shrinkVpc: () => ({ vpc: { extend_cidrs: ['192.168.77.0/24'] } }),
  createQueuePlan: (stage) => ({
    plan_name: stage.fresh(),
    target_cu: 32,
    start_hour: stage.chance.below(24),
    start_minute: stage.chance.below(60),
    repeat_day: ['MONDAY'],
  }),
  updateQueuePlan: (stage) => ({
    plan_name: stage.fresh(),
    target_cu: 64,
    start_hour: 3,
    start_minute: stage.chance.below(60),
    repeat_day: ['SUNDAY'],
  }),
  deleteQueuePlans: (stage) => ({ plan_ids: [recall(stage, 'queue-plans.id')] }),
  createQueueProperties: () => ({ properties: { 'job.maxConcurrent': 10 } }),
  updateQueueProperties: () => ({ properties: { 'job.maxConcurrent': 11 } }),
  deleteQueueProperties: () => ({ keys: ['job.maxConcurrent'] }),
  putPoolQueuePolicies: () => ({
    queue_scaling_policies: [{ priority: 1, impact_start_time: '00:00', impact_stop_time: '24:00', min_cu: 16, max_cu: 64 }],
  }),
  createRoute: (stage) => ({ name: stage.fresh(), cidr: `${net(stage)}.0/24` }),
  associateClassicQueue: ({ fixed }) => ({ queues: [fixed['queue_name']] }),
  disassociateClassicQueue: ({ fixed }) => ({ queues: [fixed['queue_name']] }),
  createConnectionTest: () => ({ address: '10.71.0.5:5432' }),
  putClock: ({ chance }) => ({ advance_ms: chance.below(2 ** 31) }),
  changeVpcTags: () => ({ action: 'create', tags: [{ key: 'k', value: 'v' }] }),
  changeSubnetTags: () => ({ action: 'create', tags: [{ key: 'k', value: 'v' }] }),
  changeSecurityGroupTags: () => ({ action: 'create', tags: [{ key: 'k', value: 'v' }] }),
}
