// A small engine for tests of jobs: a handful of statements, rows without a source, and runs that wait until they are let go.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exported, OpenableTable, PeeringTraffic, Planned, Probed, Ran, Statement, TableName } from '@tributary/query'
import { type Column, exportFileName, ServiceError, say, type Text } from '@tributary/rules'
import type { Engine } from './deps.ts'

/** What every source table of this engine holds. */
export const sampleColumns: readonly Column[] = [{ name: 'n', type: { kind: 'bigint' } }]

/** The digits of the one row that every query gives; no double holds them. */
export const sampleDigits = '9223372036854775807'

/** Statements are read by patterns; `missing` in a query is a column that nothing has. */
export class SampleEngine implements Engine {
  /** Tables as they were opened, newest last. */
  readonly opened: OpenableTable[] = []
  /** Runs have no child before this. */
  child: Promise<void> = Promise.resolve()
  /** Runs wait for this; a run that is aborted stops waiting. */
  gate: Promise<void> = Promise.resolve()
  /** What runs and descriptions fail with, if anything. */
  failure: Error | undefined

  async parse(_queue: unknown, sql: string, currentDatabase: string): Promise<Statement> {
    for (const [pattern, read] of grammar) {
      const found = pattern.exec(sql.trim())
      if (found !== null) return read(found.groups ?? {}, currentDatabase)
    }
    throw new ServiceError('syntax', say`line 1, position 1: a statement was expected`)
  }

  async plan(_queue: unknown, { sql, tables }: Parameters<Engine['plan']>[1]): Promise<Planned> {
    if (/\bmissing\b/.test(sql)) throw new ServiceError('semantic', say`cannot resolve missing`)
    const columns = sampleColumns.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b|[*]`).test(sql))
    return { columns: sampleColumns, scans: tables.map(({ name }) => ({ table: `${name.database}.${name.name}`, columns, filters: 0 })) }
  }

  async describe(_queue: unknown, source: OpenableTable, { signal }: Parameters<Engine['describe']>[2]): Promise<readonly Column[]> {
    this.opened.push(source)
    await Promise.race([this.gate, aborted(signal)])
    if (this.failure !== undefined) throw this.failure
    return sampleColumns
  }

  async probe(): Promise<Probed> {
    throw new ServiceError('unsupported', say`this engine probes nothing`)
  }

  async traffic(): Promise<readonly PeeringTraffic[]> {
    return []
  }

  async page(_queue: unknown, { offset, limit }: Parameters<Engine['page']>[1]): Promise<string> {
    const rows = [`[${sampleDigits}]`, '[2]'].slice(offset, offset + limit)
    return `{"schema":[{"n":"bigint"}],"rows":[${rows.join(',')}]}`
  }

  explainWait(): Text {
    return say`it waits for its test`
  }

  async shapes(): Promise<never> {
    throw new ServiceError('unsupported', say`this engine reads no files`)
  }

  async exportResult(
    _queue: unknown,
    { directory, name, format }: Parameters<Engine['exportResult']>[1],
    { signal, onStarted }: Parameters<Engine['exportResult']>[2],
  ): Promise<Exported> {
    await Promise.race([this.child, aborted(signal)])
    await onStarted?.()
    await Promise.race([this.gate, aborted(signal)])
    if (this.failure !== undefined) throw this.failure
    const text = `${sampleDigits}\n2\n`
    await writeFile(join(directory, exportFileName(name, format)), text)
    return { rowCount: 2, bytes: text.length, cpuMs: 1 }
  }

  async run(
    _queue: unknown,
    order: { readonly tables: readonly OpenableTable[]; readonly directory: string },
    { signal, onProgress, onStarted, onAsked }: Parameters<Engine['run']>[2],
  ): Promise<Ran> {
    this.opened.push(...order.tables)
    await Promise.race([this.child, aborted(signal)])
    await onStarted?.()
    onAsked?.()
    onProgress?.({ inputRows: 1, inputBytes: 8, fraction: 0.5, tasks: 2, finishedTasks: 1 })
    await Promise.race([this.gate, aborted(signal)])
    if (this.failure !== undefined) throw this.failure
    await writeFile(join(order.directory, 'result.parquet'), '')
    await writeFile(join(order.directory, 'preview.json'), `{"schema":[{"n":"bigint"}],"rows":[\n[${sampleDigits}],\n[2]\n]}`)
    return { columns: sampleColumns, rowCount: 2, inputRows: 2, inputBytes: 16, files: [], cpuMs: 1 }
  }
}

type Groups = Readonly<Record<string, string | undefined>>
type Read = (groups: Groups, currentDatabase: string) => Statement

const grammar: readonly (readonly [RegExp, Read])[] = [
  [/^(?<query>select\s.*)$/is, ({ query = '' }, current) => ({ kind: 'query', tables: tablesIn(query, current) })],
  [
    /^create database (?<not>if not exists )?(?<name>\w+)$/i,
    ({ not, name = '' }) => ({ kind: 'createDatabase', database: name.toLowerCase(), ifNotExists: not !== undefined, comment: '' }),
  ],
  [
    /^drop database (?<not>if exists )?(?<name>\w+)(?<cascade> cascade)?$/i,
    ({ not, name = '', cascade }) => ({
      kind: 'dropDatabase',
      database: name.toLowerCase(),
      ifExists: not !== undefined,
      cascade: cascade !== undefined,
    }),
  ],
  [
    /^drop table (?<not>if exists )?(?<name>[\w.]+)$/i,
    ({ not, name = '' }, current) => ({ kind: 'dropTable', table: tableIn(name, current), ifExists: not !== undefined }),
  ],
  [
    /^create table (?<not>if not exists )?(?<name>[\w.]+) (?<columns>\(n bigint\) )?using jdbc options \((?<options>.*)\)$/is,
    ({ not, name = '', columns, options = '' }, current) => ({
      kind: 'createTable',
      table: tableIn(name, current),
      ifNotExists: not !== undefined,
      columns: columns === undefined ? undefined : sampleColumns,
      using: 'jdbc',
      options: Object.fromEntries(
        [...options.matchAll(/'([^']*)'\s*=\s*'([^']*)'/g)].map(([, key = '', value = '']) => [key.toLowerCase(), value]),
      ),
      properties: {},
      partitionedBy: [],
      comment: '',
    }),
  ],
]

function tablesIn(query: string, currentDatabase: string): readonly TableName[] {
  return [...query.matchAll(/(?:from|join)\s+([\w.]+)/gi)].map(([, name = '']) => tableIn(name, currentDatabase))
}

function tableIn(text: string, currentDatabase: string): TableName {
  const [first = '', second] = text.toLowerCase().split('.')
  return second === undefined ? { database: currentDatabase, name: first } : { database: first, name: second }
}

async function aborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted()
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
