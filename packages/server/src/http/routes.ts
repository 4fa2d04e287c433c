// Every route of the server, resource by resource.

import { accessKeyRoutes } from './access-keys.ts'
import { auditRoutes } from './audit.ts'
import { authInfoRoutes } from './auth-infos.ts'
import type { Behind } from './behind.ts'
import { classicConnectionRoutes } from './classic-connections.ts'
import { clockRoutes } from './clock.ts'
import { connectionRouteRoutes } from './connection-routes.ts'
import { connectionTestRoutes } from './connection-tests.ts'
import { connectionRoutes } from './connections.ts'
import { databaseRoutes } from './databases.ts'
import type { Door } from './door.ts'
import { doctorRoutes } from './doctor.ts'
import { gatewayRoutes } from './gateways.ts'
import { jobRoutes } from './jobs.ts'
import { networkRoutes } from './networks.ts'
import { poolRoutes } from './pools.ts'
import { objectGrantRoutes } from './object-grants.ts'
import { projectRoutes } from './projects.ts'
import { quotaRoutes } from './quotas.ts'
import { queueGrantRoutes } from './queue-grants.ts'
import { queuePlanRoutes } from './queue-plans.ts'
import { queuePropertyRoutes } from './queue-properties.ts'
import { queueRoutes } from './queues.ts'
import { securityGroupRuleRoutes } from './security-group-rules.ts'
import { securityGroupRoutes } from './security-groups.ts'
import { roleRoutes } from './roles.ts'
import { subnetRoutes } from './subnets.ts'
import { systemRoutes } from './system.ts'
import { tableRoutes } from './tables.ts'
import { tagRoutes } from './tags.ts'
import { tokenRoutes } from './tokens.ts'
import { vpcPeeringRoutes } from './vpc-peerings.ts'
import { vpcRouteTableRoutes } from './vpc-route-tables.ts'
import { vpcTagRoutes } from './vpc-tags.ts'
import { userRoutes } from './users.ts'
import { vpcRoutes } from './vpcs.ts'

/** Hangs up every route there is. */
export function hangRoutes(door: Door, behind: Behind): void {
  const { control } = behind
  tokenRoutes(door, control)
  projectRoutes(door, control)
  userRoutes(door, control)
  accessKeyRoutes(door, control)
  roleRoutes(door, control)
  networkRoutes(door, control)
  gatewayRoutes(door, control)
  vpcRoutes(door, control)
  subnetRoutes(door, control)
  securityGroupRoutes(door, control)
  securityGroupRuleRoutes(door, control)
  vpcTagRoutes(door, control)
  vpcRouteTableRoutes(door, control)
  vpcPeeringRoutes(door, control)
  queueRoutes(door, control)
  queueGrantRoutes(door, control)
  queuePlanRoutes(door, control)
  queuePropertyRoutes(door, control)
  poolRoutes(door, control)
  quotaRoutes(door, control)
  connectionRoutes(door, control)
  connectionRouteRoutes(door, control)
  classicConnectionRoutes(door, control)
  tagRoutes(door, control)
  authInfoRoutes(door, control)
  objectGrantRoutes(door, control)
  databaseRoutes(door, control)
  tableRoutes(door, control)
  jobRoutes(door, control)
  connectionTestRoutes(door, control)
  doctorRoutes(door, control)
  auditRoutes(door, control)
  clockRoutes(door, control)
  systemRoutes(door, behind)
}
