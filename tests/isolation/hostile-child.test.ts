// An engine child that was taken over reaches nothing of the server, of other queues or of the network; real processes, users and namespaces.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { QueueId } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Door } from '../../packages/fabric/src/index.ts'
import { EngineHost, type EngineHostOptions } from '../../packages/query/src/engines/duckdb/host.ts'
import { networkTo } from '../servers/sources.ts'
import type { Loot, Targets } from './hostile-child.ts'

const script = fileURLToPath(new URL('./hostile-child.ts', import.meta.url))
const canNamespace = spawnSync('unshare', ['--net', 'true']).status === 0 && process.getuid?.() === 0
const why = canNamespace ? '' : ' (needs root on Linux)'
const canary = 'canary-0123456789'
const never = new AbortController().signal
const queueOf = (name: string) => ({ id: `queue-${name}` as QueueId, name, cu: 16 })

/** A data directory like a server's, with secrets in it. */
function makeDataDirectory(): { readonly path: string; readonly files: readonly string[]; readonly directories: readonly string[] } {
  const path = mkdtempSync(join(tmpdir(), 'tributary-hostile-'))
  const files = ['sealing.key', 'tributary.db', 'tributary.db-wal', 'credentials.json'].map((name) => join(path, name))
  for (const directory of ['jobs', 'jobs/other', 'warehouse', 'warehouse/p1']) mkdirSync(join(path, directory), { mode: 0o700 })
  files.push(join(path, 'jobs/other/result.parquet'), join(path, 'warehouse/p1/rows.parquet'))
  for (const file of files) writeFileSync(file, canary, { mode: 0o600 })
  return { path, files, directories: ['', 'jobs', 'jobs/other', 'warehouse', 'warehouse/p1', 'scratch'].map((name) => join(path, name)) }
}

/** Two listeners: one that a connection leads to, one that none does. */
interface Ground extends AsyncDisposable {
  readonly data: ReturnType<typeof makeDataDirectory>
  readonly bound: number
  readonly forbidden: number
  readonly arrived: () => number
}

async function setGround(): Promise<Ground> {
  let arrived = 0
  const servers = [createServer((socket) => socket.on('error', () => undefined)), createServer(() => arrived++)] as [Server, Server]
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const data = makeDataDirectory()
  const portOf = (server: Server): number => (server.address() as AddressInfo).port
  return {
    data,
    bound: portOf(servers[0]),
    forbidden: portOf(servers[1]),
    arrived: () => arrived,
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) server.close()
      rmSync(data.path, { recursive: true, force: true })
    },
  }
}

/** What came of one, and what the system says of the child. */
interface Raid {
  readonly loot: Loot
  readonly status: string
  readonly limits: string
  readonly oomScore: number
}

/** Starts a hostile child of a queue, has it attack, and gives what it got. */
async function raid(ground: Ground, options: Partial<EngineHostOptions>): Promise<Raid> {
  const said = Promise.withResolvers<Loot>()
  const hear = (fields: object): void => {
    const line = 'line' in fields ? String(fields.line) : ''
    if (line.startsWith('loot ')) said.resolve(JSON.parse(line.slice(5)) as Loot)
  }
  await using host = new EngineHost({
    logger: { info: () => undefined, warn: hear, error: () => undefined },
    scratchDirectory: join(ground.data.path, 'scratch'),
    currentNetwork: () => Promise.resolve(networkTo([{ port: ground.bound }])),
    join: () => () => undefined,
    script,
    ...options,
  })
  expect((await host.parse(queueOf('victim'), 'SELECT 1', 'default', never)).kind).toBe('query')
  expect((await host.parse(queueOf('taken'), 'SELECT 1', 'default', never)).kind).toBe('query')
  const [victim, taken] = ['queue-victim', 'queue-taken'].map((id) => host.children().find(({ queueId }) => queueId === id)?.pid ?? 0)
  const berthOf = (pid = 0): string =>
    /--allow-fs-write=([^\0]*engine-[^\0/]*)/.exec(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))?.[1] ?? ''
  const { files, directories, path } = ground.data
  writeFileSync(join(berthOf(victim), 'tables', 'rows.parquet'), canary, { mode: 0o600 })
  const targets: Targets = {
    files: [...files, join(berthOf(victim), 'tables', 'rows.parquet')],
    directories: [...directories, berthOf(victim), join(berthOf(victim), 'output')],
    port: ground.forbidden,
    bound: { host: '10.71.0.5', port: ground.bound },
    serverPid: process.pid,
    berth: berthOf(taken),
    compiled: join(path, 'scratch', 'compiled'),
    isStubborn: false,
  }
  await host.parse(queueOf('taken'), JSON.stringify(targets), 'default', never).catch(() => undefined)
  const about = (file: string): string => readFileSync(`/proc/${taken}/${file}`, 'utf8')
  return { loot: await said.promise, status: about('status'), limits: about('limits'), oomScore: Number(about('oom_score_adj')) }
}

/** Everything that was not refused, without what is allowed. */
const got = (loot: Loot, allowed: readonly string[]): readonly string[] =>
  Object.entries(loot).flatMap(([name, what]) => (what.startsWith('refused') || allowed.includes(name) ? [] : [`${name}: ${what}`]))

describe.skipIf(!canNamespace)(`a child that was taken over${why}`, () => {
  let ground: Ground
  let raided: Raid

  beforeAll(async () => {
    ground = await setGround()
    raided = await raid(ground, { openDoor: (door) => Door.open(door) })
  })
  afterAll(() => ground[Symbol.asyncDispose]())

  it('gets nothing but the endpoint that its queue is bound to', () => {
    const { loot } = raided
    const allowed = ['door to the bound endpoint', 'environment']
    expect(got(loot, allowed)).toEqual([])
    expect(Object.keys(loot).length).toBeGreaterThan(60)
    expect(JSON.stringify(loot)).not.toContain(canary)
    expect(loot['door to the bound endpoint']).toBe('connected')
    expect(loot['environment']?.split(' ').filter((name) => !/^(PWD|NODE_COMPILE_CACHE|NODE_CHANNEL_\w+)$/.test(name))).toEqual([])
    expect(raided.limits).toMatch(/Max core file size +0 +0/)
    expect(ground.arrived()).toBe(0)
  })

  it('is told by name what its network does not lead to', () => {
    const { loot } = raided
    expect(loot['door to an address of the VPC that is not bound']).toContain('10.99.0.1')
    expect(loot['door to metadata']).toContain('169.254.169.254')
  })

  it('leaves what it attacked as it was', () => {
    for (const file of ground.data.files) expect(readFileSync(file, 'utf8')).toBe(canary)
  })

  it('runs as a user of its own, without any right, and cannot gain one', () => {
    const { status, oomScore } = raided
    expect(oomScore).toBe(800)
    expect(Number(/^Uid:\t(\d+)/m.exec(status)?.[1])).toBeGreaterThanOrEqual(60_706)
    expect(/^Groups:\t *$/m.test(status)).toBe(true)
    expect(/^CapEff:\t0+$/m.test(status)).toBe(true)
    expect(/^CapBnd:\t0+$/m.test(status)).toBe(true)
    expect(/^NoNewPrivs:\t1$/m.test(status)).toBe(true)
  })
})

describe("a child that was taken over and runs as the server's user", () => {
  it('is held by Node alone: no file of the server through Node, no program', async () => {
    await using ground = await setGround()
    const { loot } = await raid(ground, { firstUser: 0 })
    const held = Object.entries(loot).filter(([name]) => /^(read|copy|write|own|list|environment of|open files|start)/.test(name))
    expect(held.length).toBeGreaterThan(30)
    expect(held.filter(([, what]) => !what.startsWith('refused'))).toEqual([])
  })
})

describe.skipIf(!canNamespace)(`a child that does not want to go${why}`, () => {
  it('goes with its server', async () => {
    await using ground = await setGround()
    const host = JSON.stringify(new URL('../../packages/query/src/engines/duckdb/host.ts', import.meta.url).href)
    const program = `
      const { EngineHost } = await import(${host})
      const quiet = () => undefined
      const hear = ({ line }) => line?.startsWith('loot') && console.log('taken', host.children()[0].pid)
      const host = new EngineHost({ logger: { info: quiet, warn: hear, error: quiet }, scratchDirectory: ${JSON.stringify(join(ground.data.path, 'scratch'))},
        currentNetwork: async () => (${JSON.stringify(networkTo([{ port: ground.bound }]))}), join: () => quiet, script: ${JSON.stringify(script)} })
      const targets = { files: [], directories: [], port: 1, bound: { host: 'x', port: 1 }, serverPid: 1, berth: '/nowhere',
        compiled: ${JSON.stringify(join(ground.data.path, 'scratch', 'compiled'))}, isStubborn: true }
      const ask = (sql) => host.parse({ id: 'q', name: 'q', cu: 16 }, sql, 'default', new AbortController().signal).catch(quiet)
      await ask('SELECT 1')
      await ask(JSON.stringify(targets))`
    const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const pid = Number(line.split(' ')[1])
    expect(existsSync(`/proc/${pid}/exe`)).toBe(true)
    server.kill('SIGKILL')
    await expect.poll(() => existsSync(`/proc/${pid}/exe`), { timeout: 2_000 }).toBe(false)
  }, 90_000)
})
