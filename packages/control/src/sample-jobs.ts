// A project with queues, an auth-info and a network for tests of the catalog and of jobs: a real store, an engine without SQL.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryDriver } from '@tributary/fabric'
import {
  type AuthInfo,
  type AuthInfoId,
  type Caller,
  type ConnectionId,
  type DomainId,
  emptyNetwork,
  inWords,
  type Job,
  type JobId,
  type PeerId,
  type ProjectId,
  type Queue,
  type QueueId,
  type QueueNetwork,
  type UserId,
} from '@tributary/rules'
import { Store } from '@tributary/store'
import { ConnectionBreakers } from './connection-breakers.ts'
import { ReaderBudget } from './reader-budget.ts'
import { databases } from './databases.ts'
import type { ControlSettings, Deps, Engine } from './deps.ts'
import { Rehearsal } from './rehearsal.ts'
import { jobs } from './jobs.ts'
import type { JobDraft } from './plan-reading.ts'
import { insertProject } from './projects.ts'
import { noObserver } from './observer.ts'
import { ExportFolders } from './export-folders.ts'
import { ImportFolders } from './import-folders.ts'
import { JobRunner } from './reconcile/job.ts'
import { Results } from './results.ts'
import { SampleEngine } from './sample-engine.ts'
import { tables } from './tables.ts'
import { Warehouse } from './warehouse.ts'

/** The project of all samples. */
export const sampleProject = 'p1' as ProjectId

/** What the samples' secrets are sealed with. */
export const sampleSealingKey = Buffer.alloc(32, 7)

const domainId = 'd1' as DomainId

/** A user who may do everything in the sample project. */
export const sampleCaller: Caller = {
  user: { id: 'u1' as UserId, domainId, name: 'tenant1', isOwner: false, isDomainAdmin: false, createdAt: 1 },
  project: sampleProject,
  role: 'admin',
}

/** The same in a project that has nothing but its default queue and database. */
export const strangerCaller: Caller = { ...sampleCaller, project: 'p2' as ProjectId }

const settings: ControlSettings = {
  defaultGateway: false,
  timing: 'instant',
  allowClock: false,
  tombstoneMs: 1000,
  tokenTtlMs: 1000,
  queueBlock: '172.16.0.0/12',
  settleTimeoutMs: 1000,
  sweepMs: 30_000,
  resultTtlMs: 3_600_000,
  auditMs: 3_600_000,
  warehouseBytes: Number.POSITIVE_INFINITY,
  oldVersionsMs: 600_000,
  exportBytes: Number.POSITIVE_INFINITY,
  importBytes: 2 ** 30,
  jobsMs: 24 * 3_600_000,
  sourceLimits: { readers: 32, rows: undefined, bytes: undefined, breaker: { failures: 5, withinMs: 60_000, pauseMs: 10_000 } },
}

/** One line of the log. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

/** What a sample server works with; `networks` is read at each use, a queue that is not in it is bound to nothing. */
export interface SampleParts<E extends Engine> {
  readonly engine: E
  readonly networks?: ReadonlyMap<QueueId, QueueNetwork>
}

/** A server's worth of jobs over a data directory; unless told, `q1` is bound to a connection that reaches 10.71.0.0/24 and `q2` to nothing. */
export class SampleServer<E extends Engine = SampleEngine> implements AsyncDisposable {
  readonly deps: Deps
  readonly engine: E
  readonly runner: JobRunner
  readonly jobs: ReturnType<typeof jobs>
  readonly databases: ReturnType<typeof databases>
  readonly tables: ReturnType<typeof tables>
  readonly log: LogLine[] = []
  /** Added to the time that everything is told. */
  advancedMs = 0

  private constructor(store: Store, dataDir: string, { engine, networks = sampleNetworks }: SampleParts<E>) {
    const log = (level: LogLine['level']) => (fields: object, message: string) => void this.log.push({ level, fields, message })
    this.engine = engine
    this.deps = {
      store,
      dataDir,
      engine,
      driver: memoryDriver(),
      clock: () => Date.now() + this.advancedMs,
      rehearsal: new Rehearsal(Date.now, 'instant'),
      forbidden: () => [],
      settings,
      newId: randomUUID,
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      observer: noObserver,
      wake: (kind, id) => {
        if (kind === 'job') this.runner.ensure(id as JobId)
      },
      settle: async () => undefined,
      networkOf: async (id) => networks.get(id) ?? emptyNetwork(id, sampleQueues.find((queue) => queue.id === id)?.name ?? '', ''),
      results: new Results(dataDir),
      exportFolders: new ExportFolders(join(dataDir, 'exports')),
      importFolders: new ImportFolders({ importDir: join(dataDir, 'imports'), exportDir: join(dataDir, 'exports'), mostBytes: 2 ** 30 }),
      warehouse: new Warehouse(dataDir),
      readers: new ReaderBudget(settings.sourceLimits.readers),
      breakers: new ConnectionBreakers(settings.sourceLimits.breaker, Date.now),
    }
    this.runner = new JobRunner(this.deps)
    this.jobs = jobs(this.deps, this.runner)
    this.databases = databases(this.deps)
    this.tables = tables(this.deps)
  }

  /** Starts a server on a data directory, which is filled when it is new; LAUNCHING jobs are taken up as by a sweep. */
  static async start(dataDir: string): Promise<SampleServer> {
    return SampleServer.startWith(dataDir, { engine: new SampleEngine() })
  }

  /** The same with an engine of the caller's, which the caller disposes. */
  static async startWith<E extends Engine>(dataDir: string, parts: SampleParts<E>): Promise<SampleServer<E>> {
    const store = await Store.open({ path: join(dataDir, 'tributary.db'), sealingKey: sampleSealingKey })
    const server = new SampleServer(store, dataDir, parts)
    if ((await store.databases.find(sampleProject, 'default')) === undefined) await server.#fill()
    await server.runner.start()
    for (const id of await store.jobs.listLaunching()) server.runner.ensure(id)
    return server
  }

  async #fill(): Promise<void> {
    await this.deps.store.transaction(async (tx) => {
      await tx.domains.insert({ id: domainId, name: 'tenant', createdAt: 1 })
      await tx.users.insert({ ...sampleCaller.user, isDomainAdmin: true }, 'no password')
      for (const [at, id] of [sampleProject, strangerCaller.project].entries()) {
        await insertProject(tx, randomUUID, { id, domainId, name: `project${at}`, createdAt: 1 }, { owner: 'tenant1' })
      }
      for (const queue of sampleQueues) await tx.queues.insert(queue)
      await tx.authInfos.insert(authInfo('keys', 'passwd'), { password: 'canary-stored' })
      await tx.authInfos.insert(authInfo('search', 'CSS'), { password: 'canary-stored' })
    })
  }

  /** Submits with everything left out that has a default. */
  submit(sql: string, over: Partial<JobDraft> = {}) {
    return this.jobs.submit(sampleCaller, { sql, currentDatabase: '', queueName: 'q1', conf: [], engine: 'spark', tags: [], ...over })
  }

  /** Waits until a job has ended; its message is in words. */
  async ended(id: JobId): Promise<Omit<Job, 'message'> & { readonly message: string }> {
    for (;;) {
      const job = await this.jobs.get(sampleCaller, id)
      if (job.endedAt !== undefined) return { ...job, message: inWords(job.message) }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner[Symbol.asyncDispose]()
    await this.deps.store[Symbol.asyncDispose]()
  }
}

/** A new data directory; disposing it removes it. */
export async function sampleDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tributary-control-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Ids of the dedicated queues. */
export const sampleQueueIds = { q1: 'q1-id' as QueueId, q2: 'q2-id' as QueueId }

const q1: Queue = {
  id: sampleQueueIds.q1,
  number: 101,
  projectId: sampleProject,
  name: 'q1',
  description: '',
  type: 'sql',
  engine: 'spark',
  cu: 16,
  cuSpec: 16,
  resourceMode: 1,
  chargingMode: 1,
  platform: 'x86_64',
  feature: 'basic',
  enterpriseProjectId: '0',
  labels: [],
  owner: 'tenant1',
  cidr: '172.16.1.0/24',
  createdAt: 1,
}

const sampleQueues: readonly Queue[] = [
  q1,
  { ...q1, id: sampleQueueIds.q2, number: 102, name: 'q2', cidr: '172.16.2.0/24' },
  { ...q1, id: 'g1-id' as QueueId, number: 103, name: 'g1', type: 'general', cidr: '172.16.3.0/24' },
]

/** What `q1` reaches unless told. */
export const sampleNetwork: QueueNetwork = {
  ...emptyNetwork(sampleQueueIds.q1, 'q1', q1.cidr),
  version: 1,
  peerings: [
    {
      peerId: 'peer1' as PeerId,
      connectionId: 'c1' as ConnectionId,
      connectionName: 'c1',
      createdAt: 1,
      subnetCidr: '10.71.0.0/24',
      routes: [],
      hosts: [],
      gateway: {
        kind: 'direct',
        ranges: ['10.0.0.0/8'],
        map: [],
        names: [],
        dns: undefined,
        allowCleartextPasswords: true,
        version: 1,
      },
    },
  ],
}

const sampleNetworks = new Map([[sampleQueueIds.q1, sampleNetwork]])

function authInfo(name: string, type: AuthInfo['type']): AuthInfo {
  return {
    id: `${name}-id` as AuthInfoId,
    projectId: sampleProject,
    name,
    type,
    userName: 'reader',
    certificateLocation: '',
    krb5Conf: '',
    keytab: '',
    truststoreLocation: '',
    keystoreLocation: '',
    allowedAddresses: [],
    owner: 'tenant1',
    createdAt: 1,
    updatedAt: 1,
  }
}
