// Which words call an operation: read from its id and noun, or said here where that would read badly.

import { type Operation, operations, type OperationId } from '@tributary/contract'

/** Words that the rule would get wrong. */
const chosenWords: Partial<Record<OperationId, string>> = {
  issueToken: 'token issue',
  listUserProjects: 'project list-of-user',
  listDomains: 'domain list',
  listRegions: 'system regions',
  getCallerIdentity: 'user whoami',
  listVersions: 'system versions',
  patchUser: 'user update',
  putUser: 'user update-v3.0',
  changePassword: 'user change-password',
  listProjectRoles: 'role list-of-user',
  checkProjectRole: 'role check',
  grantProjectRole: 'role grant',
  revokeProjectRole: 'role revoke',
  listDomainRoles: 'role list-of-administrator',
  grantDomainRole: 'role grant-administrator',
  revokeDomainRole: 'role revoke-administrator',
  declareNetworks: 'network declare',
  putGateway: 'gateway attach',
  deleteGateway: 'gateway remove',
  listVpcTags: 'vpc list-tags',
  changeVpcTags: 'vpc change-tags',
  listSubnetTags: 'subnet list-tags',
  changeSubnetTags: 'subnet change-tags',
  listSecurityGroupTags: 'security-group list-tags',
  changeSecurityGroupTags: 'security-group change-tags',
  createRouteTable: 'route-table create',
  listRouteTables: 'route-table list',
  getRouteTable: 'route-table get',
  updateRouteTable: 'route-table update',
  moveSubnets: 'route-table move-subnets',
  deleteRouteTable: 'route-table delete',
  actOnQueue: 'queue act',
  changeQueueCidr: 'queue change-range',
  listQueueUsers: 'queue list-users',
  authorizeQueueUser: 'queue authorize-user',
  deleteQueuePlans: 'queue-plan delete-several',
  addPoolQueue: 'pool add-queue',
  listPoolQueues: 'pool list-queues',
  putPoolQueuePolicies: 'pool set-queue-policies',
  listScaleRecords: 'pool list-scale-records',
  replaceHosts: 'connection replace-hosts',
  associateQueue: 'connection bind',
  disassociateQueue: 'connection unbind',
  listPeerings: 'connection peerings',
  createRoute: 'connection add-route',
  deleteRoute: 'connection remove-route',
  associateClassicQueue: 'classic-connection bind',
  disassociateClassicQueue: 'classic-connection unbind',
  createTags: 'tag add',
  deleteTags: 'tag remove',
  listTags: 'tag list',
  listResourceTags: 'tag list-of',
  filterResources: 'tag find',
  countResources: 'tag count',
  authorizeUser: 'privilege change',
  listPrivileges: 'privilege list',
  listDatabaseUsers: 'database list-users',
  updateDatabaseOwner: 'database change-owner',
  listPartitions: 'table list-partitions',
  listTableUsers: 'table list-users',
  getTableUser: 'table get-user',
  updateTableOwner: 'table change-owner',
  submitJob: 'job submit',
  getJobStatus: 'job get',
  getJobDetail: 'job detail',
  getJobProgress: 'job progress',
  getJobProgressWhole: 'job progress-whole',
  getJobCrossings: 'job show',
  checkSql: 'job check',
  previewJob: 'job preview',
  getResultPage: 'job rows',
  exportResult: 'job export',
  importTable: 'table import',
  exportTable: 'table export',
  examineQueue: 'doctor',
  livez: 'system live',
  readyz: 'system ready',
  listFidelity: 'system fidelity',
  getInfo: 'system info',
  getOpenApi: 'system openapi',
  getMetrics: 'system metrics',
}

/** The words of an operation: noun and verb, or one word. */
export function wordsOf(id: OperationId): string {
  return chosenWords[id] ?? wordsByRule(operations[id])
}

/** `createQueuePlan` of `queue-plans` is `queue-plan create`; what is left of the id beside verb and noun is added to the verb. */
export function wordsByRule({ id, noun }: Pick<Operation, 'id' | 'noun'>): string {
  const singular = singularOf(noun)
  const [verb = '', ...rest] = kebabOf(id).split('-')
  const left = rest.join('-').replace(noun, '').replace(singular, '')
  return `${singular} ${[verb, ...left.split('-').filter((word) => word !== '')].join('-')}`
}

/** `queue-properties` is several of `queue-property`. */
function singularOf(noun: string): string {
  return noun.endsWith('ies') ? `${noun.slice(0, -3)}y` : noun.replace(/s$/, '')
}

/** `cidr_in_vpc`, `cidrInVpc` and `page-size` as words with dashes. */
export function kebabOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
}
