// Every noun and every verb, in the order in which help lists them.

import { type OperationId, operations } from '@tributary/contract'
import type { Noun } from '../help.ts'
import { wordsOf } from '../operation-names.ts'
import { operationVerb } from '../operation-verb.ts'
import { nounOf, type Verb } from '../verb.ts'
import { attachVerbs } from './attach.ts'
import { auditVerbs } from './audit.ts'
import { authInfoVerbs } from './auth-info.ts'
import { classicConnectionVerbs } from './classic-connection.ts'
import { clockVerbs } from './clock.ts'
import { completionVerbs } from './completion.ts'
import { connectionVerbs } from './connection.ts'
import { databaseVerbs, privilegeVerbs, tableVerbs } from './database.ts'
import { connectionTestVerbs, doctorVerbs } from './doctor.ts'
import { gatewayVerbs } from './gateway.ts'
import { jobVerbs } from './job.ts'
import { loginVerbs } from './login.ts'
import { poolVerbs } from './pool.ts'
import { profileVerbs } from './profile.ts'
import { domainVerbs, networkVerbs, projectVerbs } from './project.ts'
import { quotaVerbs } from './quota.ts'
import { queuePlanVerbs, queuePropertyVerbs, queueVerbs } from './queue.ts'
import { routeTableVerbs, vpcPeeringVerbs } from './route-table.ts'
import { securityGroupRuleVerbs, securityGroupVerbs } from './security-group.ts'
import { sqlVerbs } from './sql.ts'
import { subnetVerbs } from './subnet.ts'
import { systemVerbs } from './system.ts'
import { tagVerbs } from './tag.ts'
import { tokenVerbs } from './token.ts'
import { accessKeyVerbs, roleVerbs, userVerbs } from './user.ts'
import { vpcVerbs } from './vpc.ts'

const handMadeNouns: readonly Noun[] = [
  { name: 'queue', brief: 'named compute that runs SQL' },
  { name: 'connection', brief: 'enhanced connections: paths from queues to a subnet, with host records' },
  { name: 'classic-connection', brief: 'relays to named addresses of one service' },
  { name: 'auth-info', brief: 'logins for sources, named in SQL' },
  { name: 'job', brief: 'statements that run or ran' },
  { name: 'database', brief: 'databases of the catalog' },
  { name: 'table', brief: 'tables of the catalog' },
  { name: 'pool', brief: 'elastic resource pools: compute that queues share' },
  { name: 'quota', brief: 'how much a project may have' },
  { name: 'vpc', brief: 'address ranges of your own network' },
  { name: 'subnet', brief: 'parts of VPCs; connections lead to them' },
  { name: 'gateway', brief: 'how packets of a VPC really travel' },
  { name: 'network', brief: 'networks with ids that existing code carries' },
  { name: 'connection-test', brief: 'the published test of an address' },
  { name: 'queue-plan', brief: 'scheduled sizes of queues' },
  { name: 'queue-property', brief: 'settings of queues' },
  { name: 'privilege', brief: 'what users may do with databases, tables and auth-infos' },
  { name: 'tag', brief: 'labels on resources' },
  { name: 'security-group', brief: 'security groups' },
  { name: 'security-group-rule', brief: 'their rules' },
  { name: 'route-table', brief: 'route tables of VPCs' },
  { name: 'vpc-peering', brief: 'peerings that connections made' },
  { name: 'profile', brief: 'saved sign-ins for several servers' },
  { name: 'project', brief: 'units of isolation' },
  { name: 'user', brief: 'people and programs' },
  { name: 'role', brief: 'what users may do in projects' },
  { name: 'access-key', brief: 'keys of users' },
  { name: 'token', brief: 'tokens for programs that call the API' },
  { name: 'domain', brief: 'accounts' },
  { name: 'audit', brief: 'who did what' },
  { name: 'clock', brief: 'the clock of rehearsals' },
  { name: 'system', brief: 'the server itself' },
]

const handMade: readonly Verb[] = [
  ...sqlVerbs,
  ...attachVerbs,
  ...doctorVerbs,
  ...loginVerbs,
  ...completionVerbs,
  ...queueVerbs,
  ...connectionVerbs,
  ...classicConnectionVerbs,
  ...authInfoVerbs,
  ...jobVerbs,
  ...databaseVerbs,
  ...tableVerbs,
  ...poolVerbs,
  ...quotaVerbs,
  ...auditVerbs,
  ...vpcVerbs,
  ...subnetVerbs,
  ...gatewayVerbs,
  ...networkVerbs,
  ...connectionTestVerbs,
  ...queuePlanVerbs,
  ...queuePropertyVerbs,
  ...privilegeVerbs,
  ...tagVerbs,
  ...securityGroupVerbs,
  ...securityGroupRuleVerbs,
  ...routeTableVerbs,
  ...vpcPeeringVerbs,
  ...profileVerbs,
  ...projectVerbs,
  ...userVerbs,
  ...roleVerbs,
  ...accessKeyVerbs,
  ...tokenVerbs,
  ...domainVerbs,
  ...clockVerbs,
  ...systemVerbs,
]

/** A verb for each operation that nobody has shaped by hand, so that a new one can be called the day it is declared. */
function remaining(): readonly Verb[] {
  const covered = new Set(handMade.flatMap((verb) => verb.operations))
  const ids = (Object.keys(operations) as OperationId[]).filter((id) => !covered.has(id))
  return ids.map((id) => operationVerb(id, { examples: [{ line: `tributary ${wordsOf(id)} --help`, brief: 'What it takes:' }] }))
}

/** Every verb. */
export const everyVerb: readonly Verb[] = [...handMade, ...remaining()]

/** Every noun with what it is. */
export const everyNoun: readonly Noun[] = [
  ...handMadeNouns,
  ...[...new Set(everyVerb.map(nounOf))]
    .filter((name) => name !== '' && !handMadeNouns.some((noun) => noun.name === name))
    .map((name) => ({ name, brief: 'operations of the API' })),
]
