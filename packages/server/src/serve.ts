// Wires the rooms together and runs the service until it is told to stop.

import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Control, type ControlSettings, type Observer, openControl } from '@tributary/control'
import { Door, UserspaceDriver } from '@tributary/fabric'
import { EngineHost, memoryHere } from '@tributary/query'
import { ServiceError } from '@tributary/rules'
import { type DataDirectory, DataDirectoryError, opensWith, Store, type StoreOptions } from '@tributary/store'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { announce } from './announcement.ts'
import { AuditFile } from './audit-file.ts'
import { bodyMemoryOf } from './body-memory.ts'
import { connectionsWithin, limitConnections, openFilesLimit } from './connection-limit.ts'
import { type Credentials, credentialsPath, writeCredentials } from './credentials.ts'
import { createApp } from './http/app.ts'
import type { Gauges } from './http/gauges.ts'
import type { Limits } from './http/limits.ts'
import { createMetrics } from './http/metrics.ts'
import { declarationOf } from './http/networks.ts'
import { isLoopback, listenerEndpoints } from './listeners.ts'
import { InUseError } from './in-use.ts'
import { giveMemoryBackAtRest } from './resting-memory.ts'
import { settleRewrap } from './rewrap.ts'
import { ensureSealingKey, keyName } from './sealing-key.ts'
import { isEncrypted, type Settings, UsageError } from './settings.ts'
import { takeDirectory } from './take-directory.ts'
import { openTls, type Tls } from './tls.ts'
import { renewTls } from './tls-renewal.ts'
import { version } from './version.ts'

/** A server that answers. Disposing it drains: it takes nothing new, lets jobs finish while it answers reads and cancels, and closes everything. */
export interface RunningServer extends AsyncDisposable {
  /** `http://HOST:PORT` or `https://HOST:PORT`, with the port that was picked. */
  readonly url: string
  /** File with the authority that callers must trust; absent without TLS, and where the certificate comes from elsewhere. */
  readonly caPath: string | undefined
  /** Set on a first start only; also in `credentials.json`. */
  readonly firstCredentials: Credentials | undefined
  readonly credentialsPath: string
}

/**
 * Starts a server and resolves when it answers.
 * @throws {UsageError} for a data directory, a sealing key or declared networks that cannot be
 * @throws {InUseError} when another server has the data directory or the port
 */
export async function startServer(settings: Settings, log: Logger): Promise<RunningServer> {
  const stack = new AsyncDisposableStack()
  try {
    return await start(settings, log, stack)
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function start(settings: Settings, log: Logger, stack: AsyncDisposableStack): Promise<RunningServer> {
  const directory = stack.use(takeDirectory(settings.dataDir))
  const tls = await openTls(settings, directory.path)
  settleRewrap(directory.path, directory.database)
  const sealingKey = ensureSealingKey(directory.path, directory.database, settings.sealingKey)
  const metrics = createMetrics(version)
  const store = stack.use(await openStore({ path: directory.database, sealingKey, onCommit: metrics.observeCommit }))
  const listener = { port: 0 }
  const { control, engine } = await openRooms({ settings, log, store, directory, listener, observer: metrics.observer }, stack)
  stack.use(auditFileOf(control, directory, log))
  const firstCredentials = await bootstrap(control, directory.path, settings)
  await declareNetworks(control, settings)
  const about = { version, timing: settings.timing, drivers: ['userspace'], engines: ['duckdb'] }
  const stopping = { isDraining: false }
  const app = await createApp({
    control,
    log,
    clock: Date.now,
    about,
    metrics,
    gauges: gaugesOf({ control, engine, directory, tls }),
    drain: stopping,
    limits: limitsOf(settings),
    certificate: tls?.current,
  })
  stack.defer(() => app.close())
  if (tls !== undefined) stack.use(renewTls(app.server, tls, log))
  limitConnections(app, Math.min(settings.maxConnections, connectionsWithin(openFilesLimit() ?? Number.POSITIVE_INFINITY)), log)
  const url = await listen(app, settings)
  listener.port = Number(new URL(url).port)
  await control.start()
  stack.use(giveMemoryBackAtRest())
  stack.use(announce(directory.path, { url, caPath: tls?.caPath }))
  if (settings.warmSpare) warmInBackground(engine, log)
  return {
    url,
    caPath: tls?.caPath,
    firstCredentials,
    credentialsPath: credentialsPath(directory.path),
    [Symbol.asyncDispose]: async () => {
      stopping.isDraining = true
      await drain(app, control, settings, stack)
    },
  }
}

// Six files of 64 MiB: some two million acts.
const auditFiles = { mostBytes: 64 * 1024 * 1024, mostFiles: 5 }

function auditFileOf(control: Control, { path }: DataDirectory, log: Logger): AuditFile {
  return new AuditFile({ ...auditFiles, path: join(path, 'audit.jsonl'), listAfter: control.audit.listAfter, log })
}

interface Measured {
  readonly control: Control
  readonly engine: EngineHost
  readonly directory: DataDirectory
  readonly tls: Tls | undefined
}

function gaugesOf({ control, engine, directory, tls }: Measured): Omit<Gauges, 'connections' | 'requests' | 'bodyBytes'> {
  return {
    engines: () => engine.children(),
    work: () => control.countWork(),
    traffic: () => control.countTraffic(engine.children().flatMap(({ queueId }) => queueId ?? [])),
    sources: () => control.countSources(),
    oldestDueMs: () => control.oldestDueMs(),
    walBytes: () => statSync(`${directory.database}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    certificateExpiresAt: () => tls?.current.expiresAt,
  }
}

function limitsOf(settings: Settings): Limits {
  return {
    bodyBytes: settings.maxBodyBytes,
    bodyMemoryBytes: settings.maxBodyMemoryBytes ?? bodyMemoryOf(memoryHere(), settings.maxBodyBytes),
    headerBytes: settings.maxHeaderBytes,
    urlCharacters: settings.maxUrlCharacters,
    headerMs: settings.headerTimeoutSeconds * 1000,
    requestMs: settings.requestTimeoutSeconds * 1000,
    keepAliveMs: settings.keepAliveSeconds * 1000,
    requests: settings.maxRequests,
    callerRequests: settings.maxCallerRequests,
    callerRate: settings.callerRate,
    signIns: settings.maxSignIns,
  }
}

/** @throws {UsageError} for a database that is newer than this code, or was written under another key */
async function openStore(options: StoreOptions): Promise<Store> {
  const { path, sealingKey } = options
  try {
    await using stack = new AsyncDisposableStack()
    const store = stack.use(await Store.open(options))
    if (!opensWith(path, sealingKey))
      throw new UsageError(
        `the sealing key is not the one that ${path} was written with: put its ${keyName} back, or set TRIBUTARY_SEALING_KEY`,
      )
    stack.move()
    return store
  } catch (error) {
    if (error instanceof DataDirectoryError) throw new UsageError(error.message)
    throw error
  }
}

interface Ground {
  readonly settings: Settings
  readonly log: Logger
  readonly store: Store
  readonly directory: DataDirectory
  readonly observer: Observer
  /** Known once the server listens. */
  readonly listener: { readonly port: number }
}

async function openRooms(
  { settings, log, store, directory, listener, observer }: Ground,
  stack: AsyncDisposableStack,
): Promise<{ control: Control; engine: EngineHost }> {
  const driver = stack.use(new UserspaceDriver())
  const late: { control?: Control } = {}
  const engine = stack.use(
    new EngineHost({
      logger: log,
      scratchDirectory: join(directory.path, 'scratch'),
      idleEndMs: settings.engineIdleSeconds * 1000,
      ...(settings.engineMemoryBytes === undefined ? {} : { memoryBytes: settings.engineMemoryBytes }),
      spillBytes: settings.maxSpillBytes,
      allSpillBytes: settings.maxAllSpillBytes,
      fileBytes: settings.maxEngineFileBytes,
      firstUser: settings.engineUser,
      ownNetwork: settings.engineNetwork === 'none',
      openDoor: (door) => Door.open(door),
      currentNetwork: (queueId) => present(late.control).networkOf(queueId),
      join: (queueId, member) => driver.join(queueId, member),
      onReach: (_, reach) => late.control?.noteReach(reach),
    }),
  )
  const control = stack.use(
    await openControl({
      store,
      driver,
      engine,
      log,
      observer,
      clock: Date.now,
      newId: randomUUID,
      dataDir: directory.path,
      forbidden: () => listenerEndpoints(settings.host, listener.port),
      settings: {
        defaultGateway: settings.defaultGateway ?? isLoopback(settings.host),
        timing: settings.timing,
        allowClock: settings.allowClock,
        tombstoneMs: settings.tombstoneSeconds * 1000,
        tokenTtlMs: settings.tokenTtlSeconds * 1000,
        queueBlock: settings.queueBlock,
        settleTimeoutMs: 1000,
        sweepMs: settings.sweepSeconds * 1000,
        resultTtlMs: settings.resultTtlSeconds * 1000,
        auditMs: settings.auditDays * 24 * 3_600_000,
        warehouseBytes: (settings.warehouseGibibytes ?? Number.POSITIVE_INFINITY) * 2 ** 30,
        oldVersionsMs: settings.oldVersionsSeconds * 1000,
        jobsMs: settings.jobDays * 24 * 3_600_000,
        exportBytes: (settings.exportGibibytes ?? Number.POSITIVE_INFINITY) * 2 ** 30,
        importDir: settings.importDir === undefined ? undefined : resolve(settings.importDir),
        importBytes: settings.maxImportBytes,
        resultLimit: { rows: settings.maxResultRows, bytes: settings.maxResultBytes },
        sourceLimits: sourceLimitsOf(settings),
        exportDir: settings.exportDir === undefined ? undefined : resolve(settings.exportDir),
      },
    }),
  )
  late.control = control
  return { control, engine }
}

/** Failures that are a minute apart are no row. */
const breakerWithinMs = 60_000

function sourceLimitsOf(settings: Settings): ControlSettings['sourceLimits'] {
  const { connectionReaders, connectionJobRows, connectionJobBytes, breakerFailures, breakerSeconds } = settings
  return {
    readers: connectionReaders,
    rows: connectionJobRows,
    bytes: connectionJobBytes,
    breaker: { failures: breakerFailures, withinMs: breakerWithinMs, pauseMs: breakerSeconds * 1000 },
  }
}

function warmInBackground(engine: EngineHost, log: Logger): void {
  engine.warm().catch((error: unknown) => log.error({ err: error }, 'no engine process could be loaded; jobs will try again'))
}

function present(control: Control | undefined): Control {
  if (control === undefined) throw new Error('an engine child started before the control room was open')
  return control
}

/** Makes the first account once; later starts change nothing. */
function bootstrap(control: Control, dataDir: string, settings: Settings): Promise<Credentials | undefined> {
  return control.bootstrap.ensure(settings, async (credentials) => writeCredentials(dataDir, credentials, settings))
}

async function declareNetworks(control: Control, { networks, config }: Settings): Promise<void> {
  if (networks === undefined) return
  try {
    await control.declarations.declareAtStart(declarationOf(networks))
  } catch (error) {
    if (error instanceof ServiceError && error.kind !== 'internal') throw new UsageError(`networks in ${config}: ${error.message}`)
    throw error
  }
}

async function listen(app: FastifyInstance, settings: Settings): Promise<string> {
  const { host, port } = settings
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new InUseError(
        `port ${port} of ${host} is in use: stop what listens there, choose another --port, or --port 0 for a free one`,
        { cause: error },
      )
    }
    throw error
  }
  const address = app.server.address()
  const picked = typeof address === 'object' && address !== null ? address.port : port
  return `${isEncrypted(settings) ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${picked}`
}

/** Lets jobs finish while they can still be watched and cancelled; then stops accepting, lets requests finish, and ends what does not. */
async function drain(app: FastifyInstance, control: Control, settings: Settings, stack: AsyncDisposableStack): Promise<void> {
  await control.drain(settings.drainTimeoutSeconds * 1000)
  const closed = app.close()
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2000).unref())])
  app.server.closeAllConnections()
  await closed
  await stack.disposeAsync()
}
