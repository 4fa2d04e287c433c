// Every operation on offer, by id.

import { accessKeyOperations } from './access-keys.ts'
import { auditOperations } from './audit.ts'
import { authInfoOperations } from './auth-infos.ts'
import { classicConnectionOperations } from './classic-connections.ts'
import { clockOperations } from './clock.ts'
import { connectionRouteOperations } from './connection-routes.ts'
import { connectionTestOperations } from './connection-tests.ts'
import { connectionOperations } from './connections.ts'
import { databaseOperations } from './databases.ts'
import { doctorOperations } from './doctor.ts'
import { gatewayOperations } from './gateways.ts'
import { jobOperations } from './jobs.ts'
import { networkOperations } from './networks.ts'
import { objectGrantOperations } from './object-grants.ts'
import type { Operation } from './operation.ts'
import { poolOperations } from './pools.ts'
import { projectOperations } from './projects.ts'
import { quotaOperations } from './quotas.ts'
import { queueGrantOperations } from './queue-grants.ts'
import { queuePlanOperations } from './queue-plans.ts'
import { queuePropertyOperations } from './queue-properties.ts'
import { queueOperations } from './queues.ts'
import { securityGroupRuleOperations } from './security-group-rules.ts'
import { roleOperations } from './roles.ts'
import { securityGroupOperations } from './security-groups.ts'
import { subnetOperations } from './subnets.ts'
import { systemOperations } from './system.ts'
import { tableOperations } from './tables.ts'
import { tagOperations } from './tags.ts'
import { tokenOperations } from './tokens.ts'
import { vpcPeeringOperations } from './vpc-peerings.ts'
import { vpcRouteTableOperations } from './vpc-route-tables.ts'
import { vpcTagOperations } from './vpc-tags.ts'
import { userOperations } from './users.ts'
import { vpcOperations } from './vpcs.ts'

/** Operations by id, in the order in which pages list them. */
export const operations = {
  ...tokenOperations,
  ...projectOperations,
  ...userOperations,
  ...accessKeyOperations,
  ...roleOperations,
  ...networkOperations,
  ...gatewayOperations,
  ...vpcOperations,
  ...subnetOperations,
  ...securityGroupOperations,
  ...securityGroupRuleOperations,
  ...vpcTagOperations,
  ...vpcRouteTableOperations,
  ...vpcPeeringOperations,
  ...queueOperations,
  ...queueGrantOperations,
  ...queuePlanOperations,
  ...queuePropertyOperations,
  ...poolOperations,
  ...quotaOperations,
  ...connectionOperations,
  ...connectionRouteOperations,
  ...classicConnectionOperations,
  ...tagOperations,
  ...authInfoOperations,
  ...objectGrantOperations,
  ...databaseOperations,
  ...tableOperations,
  ...jobOperations,
  ...connectionTestOperations,
  ...doctorOperations,
  ...auditOperations,
  ...clockOperations,
  ...systemOperations,
} as const

/** Name of an operation. */
export type OperationId = keyof typeof operations

/** The same as a list. */
export const allOperations: readonly Operation[] = Object.values(operations)
