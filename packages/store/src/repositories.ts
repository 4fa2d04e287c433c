// The repositories of the store, one per noun, over one connection or one transaction.

import { AccessKeys } from './access-keys.ts'
import { Audit } from './audit.ts'
import { AuthInfos } from './auth-infos.ts'
import { ClassicConnections } from './classic-connections.ts'
import { ConnectionRoutes } from './connection-routes.ts'
import { ConnectionTests } from './connection-tests.ts'
import { Connections } from './connections.ts'
import type { Database } from './database.ts'
import { Databases } from './databases.ts'
import { Domains } from './domains.ts'
import { ExportBuckets } from './export-buckets.ts'
import { Gateways } from './gateways.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'
import { Installation } from './installation.ts'
import { JobCrossings } from './job-crossings.ts'
import { Jobs } from './jobs.ts'
import { Networks } from './networks.ts'
import { ObjectGrants } from './object-grants.ts'
import { Peerings } from './peerings.ts'
import { PoolPeerings } from './pool-peerings.ts'
import { Pools } from './pools.ts'
import { Projects } from './projects.ts'
import { Quotas } from './quotas.ts'
import { QueueGrants } from './queue-grants.ts'
import { QueuePlans } from './queue-plans.ts'
import { QueueProperties } from './queue-properties.ts'
import { Queues } from './queues.ts'
import { Reachability } from './reachability.ts'
import { Roles } from './roles.ts'
import type { Seal } from './seal.ts'
import { SecurityGroupRules } from './security-group-rules.ts'
import { SecurityGroups } from './security-groups.ts'
import { SmallResults } from './small-results.ts'
import { Subnets } from './subnets.ts'
import { TableVersions } from './table-versions.ts'
import { Tables } from './tables.ts'
import { Tags } from './tags.ts'
import { Tokens } from './tokens.ts'
import { Users } from './users.ts'
import { VpcPeerings } from './vpc-peerings.ts'
import { VpcRouteTables } from './vpc-route-tables.ts'
import { Vpcs } from './vpcs.ts'

/** What is remembered, by noun. */
export class Repositories {
  readonly domains: Domains
  readonly projects: Projects
  readonly users: Users
  readonly roles: Roles
  readonly accessKeys: AccessKeys
  readonly tokens: Tokens
  readonly installation: Installation
  readonly vpcs: Vpcs
  readonly subnets: Subnets
  readonly securityGroups: SecurityGroups
  readonly securityGroupRules: SecurityGroupRules
  readonly vpcRouteTables: VpcRouteTables
  readonly vpcPeerings: VpcPeerings
  readonly gateways: Gateways
  readonly queues: Queues
  readonly queueProperties: QueueProperties
  readonly queueGrants: QueueGrants
  readonly queuePlans: QueuePlans
  readonly pools: Pools
  readonly quotas: Quotas
  readonly connections: Connections
  readonly connectionRoutes: ConnectionRoutes
  readonly idempotencyKeys: IdempotencyKeys
  readonly peerings: Peerings
  readonly connectionTests: ConnectionTests
  readonly reachability: Reachability
  readonly poolPeerings: PoolPeerings
  readonly networks: Networks
  readonly classicConnections: ClassicConnections
  readonly authInfos: AuthInfos
  readonly objectGrants: ObjectGrants
  readonly tags: Tags
  readonly databases: Databases
  readonly tables: Tables
  readonly tableVersions: TableVersions
  readonly jobs: Jobs
  readonly jobCrossings: JobCrossings
  readonly smallResults: SmallResults
  readonly exportBuckets: ExportBuckets
  readonly audit: Audit

  constructor(db: Database, seal: Seal) {
    this.domains = new Domains(db)
    this.projects = new Projects(db)
    this.users = new Users(db)
    this.roles = new Roles(db)
    this.accessKeys = new AccessKeys(db, seal)
    this.tokens = new Tokens(db)
    this.installation = new Installation(db)
    this.vpcs = new Vpcs(db)
    this.subnets = new Subnets(db)
    this.securityGroups = new SecurityGroups(db)
    this.securityGroupRules = new SecurityGroupRules(db)
    this.vpcRouteTables = new VpcRouteTables(db)
    this.vpcPeerings = new VpcPeerings(db)
    this.gateways = new Gateways(db)
    this.queues = new Queues(db)
    this.queueProperties = new QueueProperties(db)
    this.queueGrants = new QueueGrants(db)
    this.queuePlans = new QueuePlans(db)
    this.pools = new Pools(db)
    this.quotas = new Quotas(db)
    this.connections = new Connections(db)
    this.connectionRoutes = new ConnectionRoutes(db)
    this.idempotencyKeys = new IdempotencyKeys(db)
    this.peerings = new Peerings(db)
    this.connectionTests = new ConnectionTests(db)
    this.reachability = new Reachability(db)
    this.poolPeerings = new PoolPeerings(db)
    this.networks = new Networks(db)
    this.classicConnections = new ClassicConnections(db)
    this.authInfos = new AuthInfos(db, seal)
    this.objectGrants = new ObjectGrants(db)
    this.tags = new Tags(db)
    this.databases = new Databases(db)
    this.tables = new Tables(db, seal)
    this.tableVersions = new TableVersions(db)
    this.jobs = new Jobs(db, seal)
    this.jobCrossings = new JobCrossings(db)
    this.smallResults = new SmallResults(db)
    this.exportBuckets = new ExportBuckets(db)
    this.audit = new Audit(db)
  }
}
