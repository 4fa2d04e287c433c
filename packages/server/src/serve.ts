// Wires the rooms together and runs the service until it is told to stop.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Control, openControl } from '@tributary/control'
import { UserspaceDriver } from '@tributary/fabric'
import { EngineHost } from '@tributary/query'
import { ServiceError } from '@tributary/rules'
import { DataDirectory, DataDirectoryError, Store } from '@tributary/store'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { type Credentials, credentialsPath, writeCredentials } from './credentials.ts'
import { createApp } from './http/app.ts'
import { declarationOf } from './http/networks.ts'
import { isLoopback, listenerEndpoints } from './listeners.ts'
import { InUseError } from './in-use.ts'
import { ensureSealingKey } from './sealing-key.ts'
import { type Settings, UsageError } from './settings.ts'
import { version } from './version.ts'

/** A server that answers. Disposing it drains: it takes nothing new, lets jobs finish while it answers reads and cancels, and closes everything. */
export interface RunningServer extends AsyncDisposable {
  /** `http://HOST:PORT`, with the port that was picked. */
  readonly url: string
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
  const sealingKey = ensureSealingKey(directory.path, directory.database, settings.sealingKey)
  const store = stack.use(await Store.open({ path: directory.database, sealingKey }))
  const listener = { port: 0 }
  const { control, engine } = await openRooms({ settings, log, store, directory, listener }, stack)
  const firstCredentials = await bootstrap(control, directory.path, settings)
  await declareNetworks(control, settings)
  const about = { version, timing: settings.timing, drivers: ['userspace'], engines: ['duckdb'] }
  const stopping = { isDraining: false }
  const app = await createApp({ control, log, clock: Date.now, about, engines: () => engine.children(), drain: stopping })
  stack.defer(() => app.close())
  const url = await listen(app, settings)
  listener.port = Number(new URL(url).port)
  await control.start()
  if (settings.warmSpare) warmInBackground(engine, log)
  return {
    url,
    firstCredentials,
    credentialsPath: credentialsPath(directory.path),
    [Symbol.asyncDispose]: async () => {
      stopping.isDraining = true
      await drain(app, control, settings, stack)
    },
  }
}

function takeDirectory(path: string): DataDirectory {
  try {
    return DataDirectory.take(path)
  } catch (error) {
    if (error instanceof DataDirectoryError) throw new UsageError(error.message)
    if (error instanceof Error && /in use/.test(error.message)) throw new InUseError(error.message, { cause: error })
    throw error
  }
}

interface Ground {
  readonly settings: Settings
  readonly log: Logger
  readonly store: Store
  readonly directory: DataDirectory
  /** Known once the server listens. */
  readonly listener: { readonly port: number }
}

async function openRooms(
  { settings, log, store, directory, listener }: Ground,
  stack: AsyncDisposableStack,
): Promise<{ control: Control; engine: EngineHost }> {
  const driver = stack.use(new UserspaceDriver())
  const late: { control?: Control } = {}
  const engine = stack.use(
    new EngineHost({
      logger: log,
      scratchDirectory: join(directory.path, 'scratch'),
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
      clock: Date.now,
      newId: randomUUID,
      dataDir: directory.path,
      forbidden: () => listenerEndpoints(settings.host, listener.port),
      settings: {
        defaultGateway: settings.defaultGateway ?? isLoopback(settings.host),
        timing: settings.timing,
        tombstoneMs: settings.tombstoneSeconds * 1000,
        tokenTtlMs: settings.tokenTtlSeconds * 1000,
        queueBlock: settings.queueBlock,
        settleTimeoutMs: 1000,
        sweepMs: settings.sweepSeconds * 1000,
        resultTtlMs: settings.resultTtlSeconds * 1000,
      },
    }),
  )
  late.control = control
  return { control, engine }
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

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<string> {
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
  return `http://${host.includes(':') ? `[${host}]` : host}:${picked}`
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
