// The clocks of constants are those of rows: Node's history beside the engine's, region by region.

import { DuckDBInstance } from '@duckdb/node-api'
import { ServiceError } from '@tributary/rules'
import { expect, it } from 'vitest'
import { clockAt, requireOneHistory } from './zone-history.ts'

const years = Array.from({ length: 250 }, (_, index) => 1850 + index)
const moments = years.flatMap((year) => [`${year}-01-15 00:00:00`, `${year}-07-15 00:00:00`])

function isRefused(name: string): boolean {
  try {
    requireOneHistory({ name })
    return false
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unsupported') return true
    throw error
  }
}

it('is the engine’s in every region that is not refused, and in none that is', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const namesOf = await connection.runAndReadAll("select name from pg_timezone_names() where name like '%/%' order by name")
  const known = new Set(Intl.supportedValuesOf('timeZone'))
  const names = namesOf.getRows().flatMap(([name]) => (known.has(String(name)) || isRefused(String(name)) ? [String(name)] : []))
  expect(names.length).toBeGreaterThan(400)
  const list = moments.map((moment) => `timestamp '${moment}'`).join(',')
  const differing: string[] = []
  for (const name of names) {
    const clocks = await connection.runAndReadAll(
      `select timezone('${name}', t at time zone 'UTC')::varchar from (select unnest([${list}]) as t)`,
    )
    const differs = clocks.getRows().some(([clock], index) => clock !== clockAt(moments[index] ?? '', { name }))
    if (differs) differing.push(name)
  }
  expect(differing).toEqual(names.filter(isRefused))
}, 60_000)
