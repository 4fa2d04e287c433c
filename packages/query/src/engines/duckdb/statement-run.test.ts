// Statements that run while their thread sleeps: the answer, the error's own words, an interrupt, and no processor burnt over a source that is slow.

import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, DuckDBTableFunction, INTEGER } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerOwnFunctions } from '../../plan/functions/own-functions.ts'
import { ownNames } from '../../plan/functions/own-names.ts'
import { napMs, runAsleep } from './statement-run.ts'

const settings = { memory_limit: '100MB', threads: '2', external_threads: '0' }

describe('a statement that runs while its thread sleeps', () => {
  let instance: DuckDBInstance
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:', settings)
  })
  afterAll(() => instance.closeSync())

  it('answers, long or short', async () => {
    const connection = await instance.connect()
    expect((await runAsleep(connection, 'select 1 as one')).getRowsJson()).toEqual([[1]])
    const long = await runAsleep(connection, 'select count(*) from range(30000000) t(x) where x % 7 = 1')
    expect(long.getRowsJson()).toEqual([['4285715']])
  })

  it('fails with the words that running it otherwise has', async () => {
    const connection = await instance.connect()
    for (const sql of ["select string_agg(repeat('x', 1000) || i, ',') from range(2000000) t(i)", "select error('no') from range(2)"]) {
      const failures = await Promise.all([connection.runAndReadAll(sql), runAsleep(connection, sql)].map(failureOf))
      expect(failures[0]).toMatch(/Error: /)
      expect(kindOf(failures[1])).toBe(kindOf(failures[0]))
    }
    expect((await runAsleep(connection, 'select 2 as two')).getRowsJson()).toEqual([[2]])
  })

  it('stops when it is interrupted', async () => {
    const connection = await instance.connect()
    const running = failureOf(runAsleep(connection, 'select sum(sin(x)) from range(1000000000000) t(x)'))
    setTimeout(() => connection.interrupt(), 50)
    expect(await running).toContain('INTERRUPT')
  })

  it('computes functions of ours over constants beside files, which are read while the statement is bound', async () => {
    const connection = await instance.connect()
    registerOwnFunctions(connection)
    using directory = mkdtempDisposableSync(join(tmpdir(), 'tributary-statement-'))
    const file = join(directory.path, 'rows.parquet')
    await connection.run(`copy (select 7 as i) to '${file}'`)
    const reader = await runAsleep(connection, `select i, ${ownNames.sha2}(encode('abc'), 224) from read_parquet('${file}') limit 1`)
    expect(reader.getRowsJson()).toEqual([[7, '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7']])
  })

  it('takes next to nothing of a processor while it waits for rows', async () => {
    const connection = await instance.connect()
    const waitMs = 400
    connection.registerTableFunction(slowRows(waitMs))
    const before = process.cpuUsage()
    expect((await runAsleep(connection, 'select sum(i)::int from slow_rows()')).getRowsJson()).toEqual([[7]])
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(waitMs / 2)
  })
})

it('looks at a long statement seldom, and is late by a tenth of it at most', () => {
  for (const wholeMs of [2, 10, 100, 1000, 60_000]) {
    let passedMs = 0
    let looks = 0
    for (; passedMs < wholeMs; looks += 1) passedMs += napMs(passedMs)
    expect(looks).toBeLessThanOrEqual(10 + 6 * Math.sqrt(wholeMs) + wholeMs / 25)
    expect(passedMs - wholeMs).toBeLessThanOrEqual(Math.max(1, wholeMs / 10))
  }
})

/** A table of one row that is there after a while; whoever waits for it sleeps. */
function slowRows(waitMs: number): DuckDBTableFunction {
  let isOver = false
  return DuckDBTableFunction.create({
    name: 'slow_rows',
    bindFunction: (info) => info.addResultColumn('i', INTEGER),
    initFunction: (info) => info.setMaxThreads(1),
    mainFunction: (_info, chunk) => {
      if (!isOver) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs)
      if (!isOver) chunk.setRows([[7]])
      else chunk.rowCount = 0
      isOver = true
    },
  })
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'it did not fail',
    (error: unknown) => (error as Error).message,
  )
}

function kindOf(message: string | undefined): string | undefined {
  return message?.split(':')[0]
}
