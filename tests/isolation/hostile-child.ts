// An engine child that has been taken over: it works as always, and where it is given a list of targets it attacks them and says what it got.

import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { promises as dns } from 'node:dns'
import { once } from 'node:events'
import { copyFileSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { dialThroughDoor } from '@tributary/fabric/through-door'
import { planningDatabase } from '../../packages/query/src/plan/sample-planning.ts'
import '../../packages/query/src/engines/duckdb/child.ts'

/** What is attacked. */
export interface Targets {
  /** Files of others: the key, the database. */
  readonly files: readonly string[]
  /** Directories that must not be listed or written to. */
  readonly directories: readonly string[]
  /** A listener of 127.0.0.1 that no connection leads to. */
  readonly port: number
  /** The endpoint of a bound connection. */
  readonly bound: { readonly host: string; readonly port: number }
  readonly serverPid: number
  /** The child's own directory. */
  readonly berth: string
  /** Where compiled code lies. */
  readonly compiled: string
  /** Stays when the server goes. */
  readonly isStubborn: boolean
}

/** The name of an attack and what it got: `refused: …` or what it should not have. */
export type Loot = Readonly<Record<string, string>>

const loot: Record<string, string> = {}
const patienceMs = 1_500

process.on('message', ({ kind, sql }: { readonly kind: string; readonly sql?: string }) => {
  if (kind !== 'parse' || sql === undefined || !sql.startsWith('{')) return
  const targets = JSON.parse(sql) as Targets
  if (targets.isStubborn) {
    process.removeAllListeners('disconnect')
    setInterval(() => undefined, 1_000)
  }
  void (targets.isStubborn ? Promise.resolve() : attack(targets)).then(() => console.log(`loot ${JSON.stringify(loot)}`))
})

async function attack(targets: Targets): Promise<void> {
  await attackFiles(targets)
  await attackByNativeCode(targets)
  await attackSockets(targets)
  await attackProcesses(targets)
  await note('environment', () => Object.keys(process.env).join(' ') || 'nothing')
}

/** Writes down what an attack gave, or why it gave nothing. */
async function note(name: string, work: () => unknown): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs, 'refused: no answer').unref())
  try {
    loot[name] = String(await Promise.race([work(), late])).slice(0, 300)
  } catch (error) {
    loot[name] = `refused: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300)
  }
}

async function attackFiles({ files, directories, berth, compiled }: Targets): Promise<void> {
  for (const path of files) {
    await note(`read ${path}`, () => readFileSync(path, 'latin1'))
    await note(`copy ${path}`, () => copyFileSync(path, join(berth, 'output', 'copy')))
    await note(`write ${path}`, () => writeFileSync(path, 'broken'))
    await note(`read ${path} by a link`, () => {
      const link = join(berth, 'output', `link-${Object.keys(loot).length}`)
      symlinkSync(path, link)
      return readFileSync(link, 'latin1')
    })
    await note(`own ${path} by a hard link`, () => {
      linkSync(path, join(berth, 'output', `hard-${Object.keys(loot).length}`))
      return 'linked'
    })
  }
  for (const path of directories) {
    await note(`list ${path}`, () => readdirSync(path).join(' '))
    await note(`write into ${path}`, () => writeFileSync(join(path, 'planted'), 'planted'))
  }
  for (const name of readdirSync(compiled))
    await note(`plant code in ${name}`, () => writeFileSync(join(compiled, name, 'planted'), 'planted'))
}

/** DuckDB is native code, which Node's permissions do not hold: an instance of one's own knows no lock either. */
async function attackByNativeCode({ files, directories }: Targets): Promise<void> {
  const { database } = await planningDatabase()
  const rows = async (sql: string): Promise<string> => {
    const found = await database.rows(sql)
    return found.length === 0 ? 'refused: nothing found' : found.map((row) => String(Object.values(row)[0])).join(' ')
  }
  for (const path of files) {
    await note(`native read ${path}`, () => rows(`SELECT content FROM read_blob('${path}')`))
    await note(`native write ${path}`, () => rows(`COPY (SELECT 1) TO '${path}' (FORMAT csv)`))
  }
  for (const path of directories) {
    await note(`native list ${path}`, () => rows(`SELECT file FROM glob('${path}/*')`))
    await note(`native write into ${path}`, () => rows(`COPY (SELECT 1) TO '${join(path, 'native')}' (FORMAT csv)`))
  }
}

async function attackSockets({ port, bound, berth }: Targets): Promise<void> {
  const reach = async (host: string, to: number): Promise<string> => {
    const socket = connect({ host, port: to })
    await once(socket, 'connect')
    socket.destroy()
    return 'connected'
  }
  await note('connect to a port of this machine', () => reach('127.0.0.1', port))
  await note('connect to metadata', () => reach('169.254.169.254', 80))
  await note('connect to the database itself', () => reach('127.0.0.1', bound.port))
  await note('ask for a name', async () => JSON.stringify(await dns.lookup('localhost.localdomain.example')))
  await note('send a datagram', async () => {
    const socket = createSocket('udp4')
    socket.send('hello', port, '127.0.0.1')
    await once(socket, 'error').then(([error]) => {
      throw error
    })
  })
  const dial = dialThroughDoor(join(berth, 'door'))
  const through = async (host: string, to: number): Promise<string> => {
    const socket = await dial({ host, port: to }, { signal: AbortSignal.timeout(patienceMs) })
    socket.destroy()
    return 'connected'
  }
  await note('door to a port of this machine', () => through('127.0.0.1', port))
  await note('door to metadata', () => through('169.254.169.254', 80))
  await note('door to an address of the VPC that is not bound', () => through('10.99.0.1', 5432))
  await note('door to the bound endpoint', () => through(bound.host, 5432))
}

async function attackProcesses({ serverPid }: Targets): Promise<void> {
  await note('signal the server', () => process.kill(serverPid, 0))
  await note('environment of the server', () => readFileSync(`/proc/${serverPid}/environ`, 'latin1'))
  await note('memory of the server', () => readFileSync(`/proc/${serverPid}/maps`, 'latin1'))
  await note('open files of the server', () => readdirSync(`/proc/${serverPid}/fd`).join(' '))
  await note('start a program', () => {
    const { status, error } = spawnSync('/bin/sh', ['-c', 'id'])
    if (error !== undefined) throw error
    return status
  })
  await note('become root', () => process.setuid?.(0))
  await note('shadow', () => readFileSync('/etc/shadow', 'utf8'))
}
