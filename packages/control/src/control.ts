// Wires everything that happens: use cases, reconcilers and the loop that runs them, over one store.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  type JobState,
  type PeeringReach,
  type PeeringState,
  type QueueId,
  type QueueNetwork,
  ServiceError,
  type Soon,
  say,
  silence,
} from '@tributary/rules'
import { access } from './access.ts'
import { accessKeys } from './access-keys.ts'
import { audit, sweepAudit } from './audit.ts'
import { authInfos } from './auth-infos.ts'
import { bootstrap } from './bootstrap.ts'
import { classicConnections } from './classic-connections.ts'
import { clock } from './clock.ts'
import { connectionChecks } from './connection-checks.ts'
import { connectionRoutes } from './connection-routes.ts'
import { connectionTests } from './connection-tests.ts'
import { ConnectionBreakers, type OpenBreaker } from './connection-breakers.ts'
import { connections } from './connections.ts'
import { databases } from './databases.ts'
import { declarations } from './declarations.ts'
import type { ControlSettings, Deps, Engine, Surroundings } from './deps.ts'
import { doctor } from './doctor.ts'
import { forgetWhatIsOver } from './expiry.ts'
import { ExportFolders } from './export-folders.ts'
import { exports } from './exports.ts'
import { ImportFolders } from './import-folders.ts'
import { imports } from './imports.ts'
import { KnownNetworks } from './known-networks.ts'
import { gateways } from './gateways.ts'
import { jobs } from './jobs.ts'
import { noObserver, type Observer } from './observer.ts'
import { pools } from './pools.ts'
import { ProbeLimit } from './probe-limit.ts'
import { domains, projects } from './projects.ts'
import { QueueDiallers } from './queue-diallers.ts'
import { quotas } from './quotas.ts'
import { queueGrants } from './queue-grants.ts'
import { queuePlans } from './queue-plans.ts'
import { queueProperties } from './queue-properties.ts'
import { objectGrants } from './object-grants.ts'
import { queues } from './queues.ts'
import { type ConnectionTraffic, reachability, ReachabilityBook } from './reachability.ts'
import { ConnectionTestRunner } from './reconcile/connection-test.ts'
import { JobRunner } from './reconcile/job.ts'
import { kindsOf } from './reconcile/kinds.ts'
import { Loop } from './reconcile/loop.ts'
import { findNetwork } from './reconcile/queue-network.ts'
import { Rehearsal } from './rehearsal.ts'
import { ReaderBudget, type ReaderCount } from './reader-budget.ts'
import { resultPages } from './result-pages.ts'
import { Results } from './results.ts'
import { securityGroupRules } from './security-group-rules.ts'
import { roles } from './roles.ts'
import { securityGroups } from './security-groups.ts'
import { subnets } from './subnets.ts'
import { tablePreviews } from './table-previews.ts'
import { tables } from './tables.ts'
import { tags } from './tags.ts'
import { tokens } from './tokens.ts'
import { vpcPeerings } from './vpc-peerings.ts'
import { views } from './views.ts'
import { vpcRouteTables } from './vpc-route-tables.ts'
import { vpcTags } from './vpc-tags.ts'
import { users } from './users.ts'
import { vpcs } from './vpcs.ts'
import { Warehouse } from './warehouse.ts'

/** What a control is opened with; settings that are absent have the published or sensible defaults below. */
export interface ControlOptions extends Omit<Surroundings, 'settings' | 'newId' | 'engine' | 'clock' | 'rehearsal' | 'observer'> {
  readonly settings?: Partial<ControlSettings>
  /** Absent where no SQL runs: statements are refused then. */
  readonly engine?: Engine | undefined
  readonly clock?: () => number
  /** Nobody counts unless told. */
  readonly observer?: Observer
  readonly newId?: () => string
}

const dayMs = 24 * 3_600_000

/** What is settled unless the installation says otherwise. */
export const defaultSettings: ControlSettings = {
  defaultGateway: false,
  timing: 'instant',
  allowClock: false,
  tombstoneMs: 7 * dayMs,
  tokenTtlMs: dayMs,
  queueBlock: '10.248.0.0/13',
  settleTimeoutMs: 1_000,
  sweepMs: 30_000,
  resultTtlMs: dayMs,
  auditMs: 365 * dayMs,
  warehouseBytes: Number.POSITIVE_INFINITY,
  oldVersionsMs: 600_000,
  exportBytes: Number.POSITIVE_INFINITY,
  importBytes: 16 * 2 ** 30,
  jobsMs: 60 * dayMs,
  sourceLimits: { readers: 32, rows: undefined, bytes: undefined, breaker: { failures: 5, withinMs: 60_000, pauseMs: 10_000 } },
}

/** Figures of the whole installation; a state without any is absent. */
export interface Work {
  readonly jobs: ReadonlyMap<JobState, number>
  readonly peerings: ReadonlyMap<PeeringState, number>
  /** Of the newest versions of all managed tables. */
  readonly tableBytes: number
}

/** The use cases, by noun, and the life of what settles behind them. Disposing it lets no job finish; drain first. */
export class Control implements AsyncDisposable {
  readonly bootstrap: ReturnType<typeof bootstrap>
  readonly tokens: ReturnType<typeof tokens>
  readonly accessKeys: ReturnType<typeof accessKeys>
  readonly access: ReturnType<typeof access>
  readonly users: ReturnType<typeof users>
  readonly roles: ReturnType<typeof roles>
  readonly projects: ReturnType<typeof projects>
  readonly domains: ReturnType<typeof domains>
  readonly declarations: ReturnType<typeof declarations>
  readonly gateways: ReturnType<typeof gateways>
  readonly vpcs: ReturnType<typeof vpcs>
  readonly subnets: ReturnType<typeof subnets>
  readonly securityGroups: ReturnType<typeof securityGroups>
  readonly securityGroupRules: ReturnType<typeof securityGroupRules>
  readonly vpcTags: ReturnType<typeof vpcTags>
  readonly vpcRouteTables: ReturnType<typeof vpcRouteTables>
  readonly vpcPeerings: ReturnType<typeof vpcPeerings>
  readonly queues: ReturnType<typeof queues>
  readonly queueProperties: ReturnType<typeof queueProperties>
  readonly queueGrants: ReturnType<typeof queueGrants>
  readonly queuePlans: ReturnType<typeof queuePlans>
  readonly pools: ReturnType<typeof pools>
  readonly quotas: ReturnType<typeof quotas>
  readonly connections: ReturnType<typeof connections>
  readonly connectionChecks: ReturnType<typeof connectionChecks>
  readonly connectionRoutes: ReturnType<typeof connectionRoutes>
  readonly classicConnections: ReturnType<typeof classicConnections>
  readonly tags: ReturnType<typeof tags>
  readonly authInfos: ReturnType<typeof authInfos>
  readonly objectGrants: ReturnType<typeof objectGrants>
  readonly databases: ReturnType<typeof databases>
  readonly tables: ReturnType<typeof tables>
  readonly tablePreviews: ReturnType<typeof tablePreviews>
  readonly views: ReturnType<typeof views>
  readonly jobs: ReturnType<typeof jobs>
  readonly resultPages: ReturnType<typeof resultPages>
  readonly exports: ReturnType<typeof exports>
  readonly imports: ReturnType<typeof imports>
  readonly connectionTests: ReturnType<typeof connectionTests>
  readonly doctor: ReturnType<typeof doctor>
  readonly reachability: ReturnType<typeof reachability>
  readonly audit: ReturnType<typeof audit>
  readonly clock: ReturnType<typeof clock>
  readonly #loop: Loop
  readonly #runner: JobRunner
  readonly #diallers = new QueueDiallers()
  readonly #book: ReachabilityBook
  readonly #tester: ConnectionTestRunner
  readonly #networkOf: Deps['networkOf']
  readonly #store: Deps['store']
  readonly #readers: ReaderBudget
  readonly #breakers: ConnectionBreakers

  constructor(surroundings: Surroundings) {
    const deps = this.#deps(surroundings)
    this.#runner = new JobRunner(deps)
    this.#book = new ReachabilityBook(deps)
    this.#tester = new ConnectionTestRunner(deps, this.#diallers, this.#book)
    this.#networkOf = deps.networkOf
    this.#store = deps.store
    this.#readers = deps.readers
    this.#breakers = deps.breakers
    this.#loop = new Loop({
      kinds: kindsOf(deps, this.#runner, this.#tester),
      tidy: async () => {
        await this.#runner.writeEnds()
        await forgetWhatIsOver(deps)
        await sweepAudit(deps)
      },
      sweepMs: deps.settings.sweepMs,
      log: deps.log,
      observer: deps.observer,
    })
    this.bootstrap = bootstrap(deps)
    this.tokens = tokens(deps)
    this.accessKeys = accessKeys(deps)
    this.access = access(deps)
    this.users = users(deps)
    this.roles = roles(deps)
    this.projects = projects(deps)
    this.domains = domains()
    this.declarations = declarations(deps)
    this.gateways = gateways(deps)
    this.vpcs = vpcs(deps)
    this.subnets = subnets(deps)
    this.securityGroups = securityGroups(deps)
    this.securityGroupRules = securityGroupRules(deps)
    this.vpcTags = vpcTags(deps)
    this.vpcRouteTables = vpcRouteTables(deps)
    this.vpcPeerings = vpcPeerings(deps)
    this.queues = queues(deps, this.#runner)
    this.queueProperties = queueProperties(deps)
    this.queueGrants = queueGrants(deps)
    this.queuePlans = queuePlans(deps)
    this.pools = pools(deps)
    this.quotas = quotas(deps)
    this.connections = connections(deps)
    this.connectionChecks = connectionChecks(deps)
    this.connectionRoutes = connectionRoutes(deps)
    this.classicConnections = classicConnections(deps)
    this.tags = tags(deps)
    this.authInfos = authInfos(deps)
    this.objectGrants = objectGrants(deps)
    this.databases = databases(deps)
    this.tables = tables(deps)
    this.tablePreviews = tablePreviews(deps)
    this.views = views(deps)
    this.jobs = jobs(deps, this.#runner)
    this.resultPages = resultPages(deps)
    this.exports = exports(deps)
    this.imports = imports(deps)
    this.audit = audit(deps)
    this.clock = clock(deps, () => this.#loop.sweep())
    const limit = new ProbeLimit()
    this.connectionTests = connectionTests(deps, limit)
    this.doctor = doctor(deps, { limit, diallers: this.#diallers, book: this.#book })
    this.reachability = reachability(this.#book, { ...deps, connections: this.connections })
  }

  /**
   * Ends what a dead process left behind, and begins to bring every resource to what the store says; from then on it is kept so. Whoever needs a network
   * before its turn has come reads it from the store.
   */
  async start(): Promise<void> {
    await this.#runner.start()
    this.#loop.start()
  }

  /** Looks at every resource once; a sweep under way is joined. */
  async sweep(): Promise<void> {
    await this.#loop.sweep()
  }

  /** The network that a queue should have now, as the store says. @throws {ServiceError} `notFound` */
  async networkOf(id: QueueId): Promise<QueueNetwork> {
    return this.#networkOf(id)
  }

  /** How much the installation has in hand: jobs that have not ended and peerings by state, and what its tables take. */
  async countWork(): Promise<Work> {
    const { jobs: live, peerings, tableVersions } = this.#store
    return { jobs: await live.countLive(), peerings: await peerings.countByState(), tableBytes: await tableVersions.sumBytes() }
  }

  /** Whether what is asked for can be written down. @throws {ServiceError} `unavailable` while the disk is full or fails */
  checkWritable(): Soon<void> {
    return this.#store.checkWritable()
  }

  /** What moves now over the connections of these queues. */
  async countTraffic(queueIds: readonly QueueId[]): Promise<readonly ConnectionTraffic[]> {
    return this.#book.countByConnection(queueIds)
  }

  /** Connections that are read over now, and breakers that are not closed. */
  countSources(): { readonly readers: readonly ReaderCount[]; readonly breakers: readonly OpenBreaker[] } {
    return { readers: this.#readers.counts(), breakers: this.#breakers.list() }
  }

  /** How long the resource has waited to settle that has waited longest; 0 when none waits. */
  oldestDueMs(): number {
    return this.#loop.oldestDueMs()
  }

  /** Notes how a dial of a job went; never throws. */
  noteReach(reach: PeeringReach): void {
    this.#book.note(reach)
  }

  /** Takes no job up any more and lets those that run finish for so long; then they are FAILED with the reason. */
  async drain(timeoutMs: number): Promise<void> {
    await this.#runner.drain(timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]()
    await this.#tester[Symbol.asyncDispose]()
    await this.#runner[Symbol.asyncDispose]()
    await this.#book.written()
  }

  #deps(surroundings: Surroundings): Deps {
    const { dataDir, settings } = surroundings
    const { exportDir = join(dataDir, 'exports'), importDir = join(dataDir, 'imports') } = settings
    const deps: Deps = {
      ...surroundings,
      driver: this.#diallers.besides(surroundings.driver),
      wake: (kind, id) => this.#loop.wake(kind, id),
      settle: (kind, id) => this.#loop.settle(kind, id, surroundings.settings.settleTimeoutMs),
      networkOf: (id) => networks.of(id),
      results: new Results(surroundings.dataDir),
      exportFolders: new ExportFolders(exportDir, settings.exportBytes),
      importFolders: new ImportFolders({ importDir, exportDir, mostBytes: settings.importBytes }),
      warehouse: new Warehouse(surroundings.dataDir),
      readers: new ReaderBudget(settings.sourceLimits.readers),
      breakers: new ConnectionBreakers(settings.sourceLimits.breaker, surroundings.clock),
    }
    const networks = new KnownNetworks(deps, (id) => findNetwork(deps, id))
    return deps
  }
}

/** Opens the use cases over a store; nothing settles before `start`, but for what calls wake. */
export async function openControl(options: ControlOptions): Promise<Control> {
  const settings = { ...defaultSettings, ...options.settings }
  const clock = options.clock ?? Date.now
  return new Control({
    ...options,
    engine: options.engine ?? noEngine,
    clock,
    rehearsal: await Rehearsal.open(options.store, clock, settings.timing),
    observer: options.observer ?? noObserver,
    newId: options.newId ?? randomUUID,
    settings,
  })
}

const refuse = async (): Promise<never> => {
  throw new ServiceError('unsupported', say`this installation runs no SQL`)
}
const noEngine: Engine = {
  parse: refuse,
  plan: refuse,
  describe: refuse,
  run: refuse,
  page: refuse,
  exportResult: refuse,
  shapes: refuse,
  explainWait: () => silence,
  probe: refuse,
  traffic: async () => [],
}
