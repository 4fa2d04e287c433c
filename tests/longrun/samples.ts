// What the server and its children hold, as Linux tells it under /proc, and what lies in the data directory.

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { childrenOf, processorMs, weigh } from '../bench/processes.ts'
import type { DirectorySizes, Held } from './record.ts'

const nothing: Held = { resident: 0, proportional: 0, descriptors: 0, sockets: 0, threads: 0, processorMs: 0 }

/** What one process holds. @throws {Error} when there is no such process */
export function heldBy(pid: number): Held {
  const targets = readdirSync(`/proc/${pid}/fd`).map((name) => targetOf(`/proc/${pid}/fd/${name}`))
  return {
    ...weigh(pid),
    descriptors: targets.length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    processorMs: processorMs(pid),
  }
}

/** What the children of a process hold together, and which they are; one that ends meanwhile counts for nothing. */
export function heldByChildren(pid: number): { readonly held: Held; readonly processes: readonly string[] } {
  const each = childrenOf(pid).flatMap((child) => {
    try {
      return [{ held: heldBy(child), process: identityOf(child) }]
    } catch {
      return []
    }
  })
  return { held: each.map(({ held }) => held).reduce(add, nothing), processes: each.map(({ process }) => process) }
}

function add(one: Held, other: Held): Held {
  const keys = Object.keys(one) as (keyof Held)[]
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as Record<keyof Held, number>
}

/** Names a process for as long as the machine is up: pids come again, a pid with its start does not. @throws {Error} when there is none, or it has ended */
export function identityOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name stands in parentheses and may hold anything; behind it come the state and, as the 20th field, the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z') throw new Error(`process ${pid} has ended`)
  return `${pid} ${fields[19]}`
}

/** True while the process that was named so is there. */
export function isAlive(identity: string): boolean {
  try {
    return identityOf(Number.parseInt(identity, 10)) === identity
  } catch {
    return false
  }
}

/** A descriptor may be closed between being listed and being read. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** Bytes below a data directory, by what they are; what is removed meanwhile counts for nothing. */
export function sizesIn(dataDir: string): DirectorySizes {
  const names = readdirSync(dataDir)
  const of = (name: string): number => bytesIn(join(dataDir, name))
  return {
    database: pagesIn(join(dataDir, 'tributary.db')),
    ahead: of('tributary.db-wal'),
    auditFile: of('audit.jsonl'),
    results: of('jobs'),
    resultCount: names.includes('jobs') ? readdirSync(join(dataDir, 'jobs')).length : 0,
    scratch: of('scratch'),
  }
}

/** As whoever reads it sees it: what is only in the log ahead of it counts, too. */
function pagesIn(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  const row = database.prepare('select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()').get()
  return Number(row?.['bytes'])
}

function bytesIn(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.size
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}
