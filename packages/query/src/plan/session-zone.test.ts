// Clocks and moments of time zones, asked of DuckDB as plans ask it; what Spark says of the same zones stands in spark-cases/zones.json.

import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planningDatabase, sampleTable } from './sample-planning.ts'
import { readTimeZone } from '@tributary/rules'
import { constantInstant, inSessionZone, instantOf, inViewZone, localOf, readerZone, sessionZone } from './session-zone.ts'
import { planQuery } from './steps.ts'
import { clockAt, momentOn } from './zone-history.ts'

const instance = await DuckDBInstance.create(':memory:')
const engine = await instance.connect()
let planning: Awaited<ReturnType<typeof planningDatabase>>

beforeAll(async () => {
  planning = await planningDatabase()
})
afterAll(() => {
  planning.close()
  engine.closeSync()
  instance.closeSync()
})

const zones = [
  'Asia/Shanghai',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Juneau',
  'Europe/Dublin',
  '+05:30',
  'GMT-11',
]

interface Trip {
  readonly back: number
  readonly again: number
}

/** Each moment by way of its clock, and that clock once more. */
async function travelled(zone: string, seconds: readonly number[]): Promise<readonly Trip[]> {
  const [clock, back] = inSessionZone(zone, () => [localOf('m'), instantOf('c')] as const)
  const again = inSessionZone(zone, () => localOf('b'))
  const moments = `SELECT make_timestamp(s * 1000000) AS m FROM (SELECT unnest([${seconds.map((second) => `${second}::BIGINT`).join(', ')}]) AS s)`
  const sql = `SELECT epoch(b) - epoch(m) AS back, epoch(${again}) - epoch(c) AS again FROM (SELECT *, ${back} AS b FROM (SELECT *, ${clock} AS c FROM (${moments})))`
  return (await engine.runAndReadAll(sql)).getRowObjectsJS() as unknown as readonly Trip[]
}

describe('clocks and moments', () => {
  it.each(zones)('finds its way back from every clock of %s, to the earlier moment where there are two', async (zone) => {
    const second = fc.integer({ min: -4_000_000_000, max: 4_000_000_000 })
    const seconds = fc.sample(second, { numRuns: 3000, seed: 7 })
    const trips = await travelled(zone, seconds)
    expect(trips).toHaveLength(3000)
    for (const { back, again } of trips) {
      expect(again).toBe(0)
      expect(back === 0 || (back < 0 && back >= -86_400)).toBe(true)
    }
  })

  it('shows the hour that clocks show twice, and takes the first', async () => {
    expect(await travelled('America/New_York', [1_730_611_800, 1_730_615_400])).toEqual([
      { back: 0, again: 0 },
      { back: -3600, again: 0 },
    ])
  })
})

describe('constants with a zone of their own', () => {
  it.each(zones)('mean in %s what the engine says, and show its clocks', async (zone) => {
    const seconds = fc.sample(fc.integer({ min: -4_000_000_000, max: 4_000_000_000 }), { numRuns: 1000, seed: 11 })
    const clocks = seconds.map((second) => new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' '))
    const [moment, shown] = inSessionZone(zone, () => [instantOf('c'), localOf('c')] as const)
    const values = clocks.map((clock) => `(TIMESTAMP '${clock}')`).join(', ')
    const sql = `SELECT CAST(c AS VARCHAR) AS c, CAST(${moment} AS VARCHAR) AS moment, CAST(${shown} AS VARCHAR) AS shown FROM (VALUES ${values}) AS v(c)`
    const rows = (await engine.runAndReadAll(sql)).getRowObjectsJS() as unknown as readonly Record<'c' | 'moment' | 'shown', string>[]
    expect(rows).toHaveLength(1000)
    const own = readTimeZone(zone)
    expect(rows.map(({ c }) => ({ c, moment: momentOn(c, own), shown: clockAt(c, own) }))).toEqual(rows)
  })
})

describe('the session', () => {
  it('has the clocks of UTC inside a view, and the zone of its reader', () => {
    inSessionZone('Asia/Shanghai', () => {
      expect(inViewZone(() => [sessionZone().name, readerZone().name])).toEqual(['UTC', 'Asia/Shanghai'])
      expect([sessionZone().name, readerZone().name]).toEqual(['Asia/Shanghai', 'Asia/Shanghai'])
    })
    expect(readerZone().name).toBe('UTC')
  })

  it('is in UTC again when its work is done, and when it failed', () => {
    expect(() =>
      inSessionZone('Asia/Shanghai', () => {
        throw new Error(sessionZone().name)
      }),
    ).toThrow('Asia/Shanghai')
    expect(sessionZone().name).toBe('UTC')
  })

  it('reads constants of zones without a history', () => {
    expect(inSessionZone('+05:30', () => constantInstant('2024-01-01 03:00:00.25'))).toBe('2023-12-31 21:30:00.25')
    expect(inSessionZone('+05:30', () => constantInstant('0001-01-01 03:00:00'))).toBeUndefined()
    expect(inSessionZone('Asia/Shanghai', () => constantInstant('2024-01-01 03:00:00'))).toBeUndefined()
  })
})

describe('a source', () => {
  const table = sampleTable('db', 't', { id: 'int', ts: 'timestamp', day: 'date' })
  const filtersOf = async (where: string, timeZone: string): Promise<string> => {
    const plan = await planQuery({
      sql: `SELECT id FROM t WHERE ${where}`,
      currentDatabase: 'db',
      timeZone,
      tables: [table],
      database: planning.database,
    })
    expect(plan.scans).toHaveLength(1)
    return JSON.stringify(plan.scans[0]?.filters)
  }

  it.each(['Asia/Shanghai', '+08:00'])('is asked for moments, whatever clocks of %s show', async (zone) => {
    for (const where of ["ts >= '2024-01-01 08:00:00'", "ts >= TIMESTAMP '2024-01-01 08:00:00'"])
      expect(await filtersOf(where, zone)).toContain('"value":"2024-01-01 00:00:00.000000"')
  })

  it('is not asked to compare a date with a moment', async () => {
    expect(await filtersOf('day = ts', 'Asia/Shanghai')).not.toContain('comparison')
  })
})
