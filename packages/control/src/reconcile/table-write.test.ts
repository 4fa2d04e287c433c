// Managed tables on the real engine: what Spark recorded is what is kept, writers do not lose each other's rows, and a version is whole or not there.

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineHost } from '@tributary/query'
import { inWords, type Job, ServiceError, silence, type TableFileId } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { networkTo } from '../../../../tests/servers/sources.ts'
import { sampleCaller, sampleDirectory, SampleServer } from '../sample-jobs.ts'
import { commitWrite, type PreparedWrite, prepareWrite, type Written } from './table-write.ts'

interface Story {
  readonly name: string
  readonly statements: readonly string[]
  /** Statements that Spark refused, by place. */
  readonly refused: readonly { readonly at: number; readonly error: string }[]
  readonly columns: readonly (readonly [string, string])[] | null
  readonly rows: readonly (readonly (string | null)[])[] | null
  readonly shown?: readonly string[]
}

const recorded = JSON.parse(readFileSync(new URL('../../../query/src/warehouse/spark-inserts.json', import.meta.url), 'utf8')) as {
  readonly stories: readonly Story[]
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let directory: Awaited<ReturnType<typeof sampleDirectory>>
let engine: EngineHost
let server: SampleServer<EngineHost>

beforeAll(async () => {
  directory = await sampleDirectory()
  engine = new EngineHost({
    logger: log,
    scratchDirectory: join(directory.path, 'scratch'),
    currentNetwork: async (id) => ({ ...networkTo([]), queueId: id }),
    join: () => () => undefined,
  })
  await engine.warm()
  server = await SampleServer.startWith(directory.path, { engine })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

/** Runs a statement to its end. @throws {ServiceError} what it was refused with, or failed with */
async function run(sql: string, conf: readonly string[] = [], queueName = 'default'): Promise<Omit<Job, 'message'>> {
  const { job } = await server.submit(sql, { queueName, conf })
  const ended = await server.ended(job.id)
  if (ended.state === 'FAILED') throw new ServiceError('semantic', (await server.jobs.get(sampleCaller, job.id)).message)
  return ended
}

/** Jobs of different queues run side by side. */
function queueOf(n: number): string {
  return ['default', 'q1', 'q2'][n % 3] as string
}

async function rowsOf(
  sql: string,
): Promise<{ readonly schema: readonly Record<string, string>[]; readonly rows: readonly (readonly unknown[])[] }> {
  const { id } = await run(sql)
  const { body } = await server.jobs.preview(sampleCaller, id, {})
  return JSON.parse(`{${body}}`) as Awaited<ReturnType<typeof rowsOf>>
}

async function filesOnDisk(): Promise<readonly string[]> {
  const names = await readdir(join(directory.path, 'warehouse'), { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.parquet')).map((name) => name.replace(/^.*\/|[.]parquet$/g, ''))
}

async function sweepAll(): Promise<void> {
  server.advancedMs += 3_600_000
  await server.runner.sweepWarehouse()
  server.advancedMs += 3_600_000
  await server.runner.sweepWarehouse()
}

/** Differences that are wanted, with the reason; each is held to what it says. */
const ours: Readonly<Record<string, { readonly because: string; readonly rows: Story['rows'] }>> = {
  'overwrite what is read': { because: 'versions make it safe: the statement reads the one before (decision 0016)', rows: [['2']] },
}
/** Stories about what is not written by statements on managed tables, or not offered by name. */
const elsewhere: readonly string[] = ['insert into a view', 'create with a partition of no simple type', 'partition names in SHOW']

describe('what Spark 3.3.1 keeps', () => {
  const stories = recorded.stories.filter(({ name }) => !elsewhere.includes(name))

  it('was recorded', () => {
    expect(stories.length).toBe(45)
  })

  it.each(stories.filter(({ columns }) => columns !== null).map((story) => [story.name, story] as const))(
    'is kept: %s',
    async (name, { statements, refused, columns, rows }) => {
      const wanted = ours[name]
      expect(await tell(statements)).toEqual(wanted === undefined ? refused.map(({ at }) => at) : [])
      const found = await rowsOf('SELECT * FROM t')
      expect(found.schema).toEqual((columns ?? []).map(([column, type]) => ({ [column]: type })))
      expect(sorted(found.rows.map((row) => row.map(textOf)))).toEqual(sorted(wanted?.rows ?? rows ?? []))
    },
  )

  it.each(stories.filter(({ columns }) => columns === null).map((story) => [story.name, story] as const))(
    'is no table: %s',
    async (_name, { statements, refused }) => {
      expect(await tell(statements)).toEqual(refused.map(({ at }) => at))
      await expect(run('SELECT * FROM t')).rejects.toMatchObject({ kind: 'semantic' })
    },
  )
})

describe('partitions', () => {
  it('have the names that Spark shows', async () => {
    const { statements, shown } = recorded.stories.find(({ name }) => name === 'partition names in SHOW') as Story
    expect(await tell(statements.slice(0, -1))).toEqual([])
    const { rows } = await server.submit(statements.at(-1) as string, { queueName: 'default' })
    expect(rows?.flat()).toEqual(shown)
  })
})

/** Runs the statements of a story on a table `t` that is not there yet. @returns the places of those that were refused */
async function tell(statements: readonly string[]): Promise<readonly number[]> {
  await run('DROP TABLE IF EXISTS t')
  const conf = statements.filter((sql) => sql.startsWith('SET ')).map((sql) => sql.slice(4))
  const failed: number[] = []
  for (const [at, sql] of statements.entries()) {
    if (sql.startsWith('SET ')) continue
    await run(sql, conf).catch((error: unknown) => {
      if (!(error instanceof ServiceError) || !['semantic', 'syntax', 'invalid', 'unsupported'].includes(error.kind)) throw error
      failed.push(at)
    })
  }
  return failed
}

function textOf(cell: unknown): string | null {
  if (cell === null || typeof cell === 'string') return cell
  return JSON.stringify(cell)
}

function sorted(rows: readonly (readonly (string | null)[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted((one, other) => (one < other ? -1 : 1))
}

describe('a bare NULL', () => {
  it('takes the type of the column it goes to, and makes no column by itself', async () => {
    await run('CREATE TABLE nulls (a INT, b STRING, c DECIMAL(5,2))')
    await run('INSERT INTO nulls VALUES (1, NULL, NULL)')
    await run('INSERT INTO nulls (c, a, b) SELECT NULL, 2, NULL')
    expect((await rowsOf('SELECT * FROM nulls ORDER BY a')).rows).toEqual([
      [1, null, null],
      [2, null, null],
    ])
    await expect(run('CREATE TABLE bare AS SELECT NULL AS a')).rejects.toMatchObject({ kind: 'semantic' })
  })
})

describe('writers', () => {
  it('who add side by side both do', async () => {
    await run('CREATE TABLE logbook (who INT, n INT)')
    await Promise.all(
      Array.from({ length: 6 }, (_none, who) => run(`INSERT INTO logbook VALUES (${who}, 1), (${who}, 2)`, [], queueOf(who))),
    )
    expect((await rowsOf('SELECT count(*), count(DISTINCT who) FROM logbook')).rows).toEqual([[12, 6]])
    expect((await server.tables.get(sampleCaller, 'default', 'logbook')).managed?.version).toBe(6)
  })

  it('leave the last word to the last of those who overwrite', async () => {
    await run('CREATE TABLE last AS SELECT 0 AS n')
    await Promise.all([1, 2, 3].map((n) => run(`INSERT OVERWRITE last SELECT ${n}`, [], queueOf(n))))
    const { rows } = await rowsOf('SELECT n FROM last')
    expect(rows).toHaveLength(1)
    expect([1, 2, 3]).toContain(rows[0]?.[0])
  })

  it('are told when the table that they overwrite has changed since they read it', async () => {
    await run('CREATE TABLE counter AS SELECT 0 AS n')
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, (_none, n) => run('INSERT OVERWRITE counter SELECT n + 1 FROM counter', [], queueOf(n))),
    )
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect((await rowsOf('SELECT n FROM counter')).rows).toEqual([[done]])
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [inWords((outcome.reason as ServiceError).text)] : []))
    expect(reasons.filter((reason) => !reason.includes('written to while the statement read it'))).toEqual([])
  })

  it('write nothing into a table that was made anew meanwhile', async () => {
    await run('CREATE TABLE twice (n INT)')
    const { job } = await server.submit('INSERT INTO twice SELECT 1', { queueName: 'default' })
    await server.submit('DROP TABLE twice', { queueName: 'default' })
    await server.submit('CREATE TABLE twice (n INT)', { queueName: 'default' })
    const ended = await server.ended(job.id)
    const { rows } = await rowsOf('SELECT * FROM twice')
    // The insert may have been faster than the drop; it is never in the second table.
    expect([rows, ended.state === 'FINISHED' || /dropped meanwhile|not found/.test(ended.message)]).toEqual([[], true])
  })

  it('that are cancelled, or fail, leave no file', async () => {
    await run('CREATE TABLE quiet (n TINYINT)')
    await expect(run('INSERT INTO quiet VALUES (1), (300)')).rejects.toThrow(/overflow/)
    const { job } = await server.submit('INSERT INTO quiet SELECT 1', { queueName: 'default' })
    await server.jobs.cancel(sampleCaller, job.id).catch(() => undefined)
    const ended = await server.ended(job.id)
    const { rows } = await rowsOf('SELECT * FROM quiet')
    expect([rows.length, ended.state]).toEqual(ended.state === 'CANCELLED' ? [0, 'CANCELLED'] : [1, 'FINISHED'])
  })

  it('are refused on source tables by name', async () => {
    const options = `'url'='jdbc:postgresql://10.71.0.5:5432/shop', 'driver'='org.postgresql.Driver', 'dbtable'='public.x', 'passwdauth'='keys', 'encryption'='true'`
    await server.submit(`CREATE TABLE behind (n INT) USING JDBC OPTIONS (${options})`)
    await expect(run('INSERT INTO behind VALUES (1)')).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(run('TRUNCATE TABLE behind')).rejects.toMatchObject({ kind: 'unsupported' })
  })

  it('have the room that the quota of the project leaves', async () => {
    await server.deps.store.quotas.put(sampleCaller.project, { kind: 'TABLE_MIB', most: 0 })
    await expect(run('CREATE TABLE large AS SELECT 1 AS n')).rejects.toThrow(/quota/)
    await server.deps.store.quotas.put(sampleCaller.project, { kind: 'TABLE_MIB', most: 1000 })
    await run('CREATE TABLE large AS SELECT 1 AS n')
  })
})

describe('files', () => {
  it('of older versions and dropped tables go after a while, those of the newest stay, and so do readers’', async () => {
    await run('CREATE TABLE gone AS SELECT 1 AS n')
    await run('CREATE TABLE kept AS SELECT 1 AS n')
    await run('INSERT OVERWRITE kept SELECT 2')
    const gone = await filesOf('gone')
    const kept = await filesOf('kept')
    await run('DROP TABLE gone')
    expect(await filesOnDisk()).toEqual(expect.arrayContaining([...gone, ...kept]))
    await server.runner.sweepWarehouse()
    expect(await filesOnDisk()).toEqual(expect.arrayContaining([...gone, ...kept]))
    await sweepAll()
    const left = await filesOnDisk()
    expect(left).toEqual(expect.arrayContaining([...kept]))
    expect(left.filter((id) => gone.includes(id as TableFileId))).toEqual([])
    expect((await rowsOf('SELECT n FROM kept')).rows).toEqual([[2]])
    const known = await server.deps.store.tableVersions.listKnown(left)
    expect([...known].toSorted()).toEqual([...left].toSorted())
  })

  it('are read to the end by a job that began before its table was dropped', async () => {
    await run('CREATE DATABASE IF NOT EXISTS short')
    const digits = Array.from({ length: 60 }, (_none, n) => `(${n})`)
    await run(`CREATE TABLE short.numbers AS SELECT col1 AS n FROM (VALUES ${digits.join(', ')})`)
    const gone = await filesOf('numbers', 'short')
    const sums = 'sum((a.n * b.n + c.n) % 7 + d.n)'
    const from = 'FROM short.numbers a CROSS JOIN short.numbers b CROSS JOIN short.numbers c CROSS JOIN short.numbers d'
    const { job } = await server.submit(`SELECT count(*), ${sums} ${from}`, { queueName: 'default' })
    while ((await server.jobs.get(sampleCaller, job.id)).state === 'LAUNCHING') await new Promise((resolve) => setTimeout(resolve, 2))
    await run('DROP DATABASE short CASCADE', [], 'q1')
    await sweepAll()
    expect((await filesOnDisk()).filter((id) => gone.includes(id as TableFileId))).toEqual([])
    const ended = await server.ended(job.id)
    // The versions are read a moment after the job reads RUNNING: dropped before that, the table is named.
    const isNamed = /dropped meanwhile|changed while the job waited/.test(ended.message)
    const { body } = isNamed ? { body: `"rows":[[${60 ** 4}]]` } : await server.jobs.preview(sampleCaller, job.id, {})
    expect((JSON.parse(`{${body}}`) as { rows: unknown[][] }).rows[0]?.[0]).toBe(60 ** 4)
  })

  it('that no version names are removed, and nothing of the way of a write that is under way', async () => {
    await run('CREATE TABLE steady AS SELECT 1 AS n')
    const { id, projectId } = await server.tables.get(sampleCaller, 'default', 'steady')
    const job = await server.deps.results.create('orphan-job' as Job['id'])
    const place = { projectId, tableId: id }
    await writeFile(join(job, 'orphan.parquet'), 'left by a crash')
    const delivery = await server.deps.warehouse.take(place, job, ['orphan'])
    await sweepAll()
    expect(await filesOnDisk()).toContain('orphan')
    delivery.keep()
    await delivery[Symbol.asyncDispose]()
    await sweepAll()
    expect(await filesOnDisk()).not.toContain('orphan')
    expect((await rowsOf('SELECT n FROM steady')).rows).toEqual([[1]])
  })

  it('lie where nobody but the server walks', async () => {
    const { mode } = await stat(join(directory.path, 'warehouse'))
    expect(mode & 0o077).toBe(0)
  })
})

async function filesOf(name: string, database = 'default'): Promise<readonly TableFileId[]> {
  const { id } = await server.tables.get(sampleCaller, database, name)
  return (await server.deps.store.tableVersions.listFiles(id)).map((file) => file.id)
}

describe('a commit', () => {
  const given = [{ name: 'n', type: { kind: 'int' } }] as const
  const insert = { kind: 'insert', partition: [], ifNotExists: false, columns: undefined, query: 'SELECT 1', tables: [] } as const

  /** A job that has run and is to be ended, with a file for each number. */
  async function written(...ids: readonly string[]): Promise<Written> {
    const job = {
      ...(await run('SELECT 1 AS n')),
      id: randomUUID() as Job['id'],
      state: 'LAUNCHING',
      endedAt: undefined,
      message: silence,
    } as const
    await server.deps.store.jobs.insert(job, { sql: 'x', timeLimitMs: undefined })
    const files = ids.map((id) => ({ id: `${id}-${job.id}`, partition: [], rows: 1, bytes: 10 }))
    const ran = { rowCount: files.length, columns: given, inputRows: 0, inputBytes: 0, cpuMs: 0, files }
    return { job, isDynamic: false, ran, versions: new Map() }
  }

  async function prepare(name: string, overwrite: boolean): Promise<PreparedWrite> {
    const statement = { ...insert, overwrite, table: { database: 'default', name } }
    return prepareWrite(server.deps, sampleCaller.project, statement, given)
  }

  async function idsIn(name: string): Promise<readonly string[]> {
    return (await filesOf(name)).map((id) => id.slice(0, 1))
  }

  it('adds to what others have added meanwhile, and replaces it where it overwrites', async () => {
    await run('CREATE TABLE commits (n INT)')
    const [first, second, over] = [await prepare('commits', false), await prepare('commits', false), await prepare('commits', true)]
    await commitWrite(server.deps, first, await written('a'))
    await commitWrite(server.deps, second, await written('b', 'c'))
    expect((await idsIn('commits')).toSorted()).toEqual(['a', 'b', 'c'])
    await commitWrite(server.deps, over, await written('d'))
    expect(await idsIn('commits')).toEqual(['d'])
  })

  it('is refused where the statement overwrites what it read and somebody has written since, and nothing of it is seen', async () => {
    await run('CREATE TABLE rereads (n INT)')
    const over = await prepare('rereads', true)
    const { id } = over.table as NonNullable<typeof over.table>
    await commitWrite(server.deps, await prepare('rereads', false), await written('a'))
    const stale = { ...(await written('b')), versions: new Map([[id, 0]]) }
    await expect(commitWrite(server.deps, over, stale)).rejects.toMatchObject({ kind: 'conflict' })
    expect(await idsIn('rereads')).toEqual(['a'])
    expect((await server.jobs.get(sampleCaller, stale.job.id)).state).toBe('LAUNCHING')
    await commitWrite(server.deps, over, { ...(await written('c')), versions: new Map([[id, 1]]) })
    expect(await idsIn('rereads')).toEqual(['c'])
  })

  it('ends its job in the same transaction: one that was cancelled has written nothing', async () => {
    await run('CREATE TABLE ends (n INT)')
    const late = await written('a')
    await server.jobs.cancel(sampleCaller, late.job.id)
    await expect(commitWrite(server.deps, await prepare('ends', false), late)).rejects.toMatchObject({ kind: 'conflict' })
    expect(await idsIn('ends')).toEqual([])
    const done = await written('b')
    await commitWrite(server.deps, await prepare('ends', false), done)
    expect((await server.jobs.get(sampleCaller, done.job.id)).state).toBe('FINISHED')
    const told = (await server.deps.store.audit.list({ limit: 10, action: 'dli:table:insertIntoTable' })).filter(
      ({ resource }) => resource === 'tables default.ends',
    )
    expect(told).toMatchObject([{ requestId: done.job.id, userName: done.job.owner, kind: 'change' }])
  })

  it('is held to what all projects may take together', async () => {
    await run('CREATE TABLE crowded (n INT)')
    const used = await server.deps.store.tableVersions.sumBytes()
    const full = { ...server.deps, settings: { ...server.deps.settings, warehouseBytes: used + 9 } }
    await expect(commitWrite(full, await prepare('crowded', false), await written('a'))).rejects.toMatchObject({ kind: 'exhausted' })
    const just = { ...full, settings: { ...full.settings, warehouseBytes: used + 10 } }
    await commitWrite(just, await prepare('crowded', false), await written('b'))
    expect(await idsIn('crowded')).toEqual(['b'])
  })

  it('of IF NOT EXISTS does nothing where somebody was faster, and says so', async () => {
    const statement = {
      kind: 'createTableAs',
      table: { database: 'default', name: 'racy' },
      ifNotExists: true,
      query: 'SELECT 1',
      tables: [],
    } as const
    const more = { using: 'parquet', options: {}, properties: {}, partitionedBy: [], comment: '' }
    const prepared = await prepareWrite(server.deps, sampleCaller.project, { ...statement, ...more }, given)
    await run('CREATE TABLE racy AS SELECT 5 AS n')
    const late = await written('a')
    expect(await commitWrite(server.deps, prepared, late)).toBe(false)
    expect(await server.jobs.get(sampleCaller, late.job.id)).toMatchObject({ state: 'FINISHED', resultRows: 0 })
    expect((await rowsOf('SELECT n FROM racy')).rows).toEqual([[5]])
    const strict = await prepareWrite(server.deps, sampleCaller.project, { ...statement, ...more, ifNotExists: false }, given)
    await expect(commitWrite(server.deps, strict, await written('b'))).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('finds its table gone, or another of its name', async () => {
    await run('CREATE TABLE passing (n INT)')
    const prepared = await prepare('passing', false)
    await run('DROP TABLE passing')
    await expect(commitWrite(server.deps, prepared, await written('a'))).rejects.toMatchObject({ kind: 'conflict' })
    await run('CREATE TABLE passing (n INT)')
    await expect(commitWrite(server.deps, prepared, await written('b'))).rejects.toMatchObject({ kind: 'conflict' })
    expect(await idsIn('passing')).toEqual([])
  })
})
