// Plans of late: the same input finds its plan, anything else does not, and few are kept.

import { expect, it } from 'vitest'
import type { Plan } from '../../plan/plan.ts'
import { sampleTable } from '../../plan/sample-planning.ts'
import type { CatalogTable } from '../../source.ts'
import { type PlanInput, RecentPlans } from './recent-plans.ts'

const { connector: _connector, ...managed } = sampleTable('d', 't', { a: 'int' })
const input: PlanInput = { sql: 'SELECT a FROM t', currentDatabase: 'd', tables: [managed], isQuick: true, pushes: true }
const planOf = (sql: string): Plan => ({ sql, scans: [], columns: [] })

it('finds a plan by all that it was made from, and by nothing less', () => {
  const plans = new RecentPlans()
  plans.keep(input, planOf('one'))
  expect(plans.find({ ...input, tables: [{ ...managed, files: [] } as CatalogTable] })?.sql).toBe('one')
  // Where no source is read there is nothing to be pushed.
  expect(plans.find({ ...input, pushes: false })?.sql).toBe('one')
  const others: readonly PlanInput[] = [
    { ...input, sql: 'SELECT a  FROM t' },
    { ...input, currentDatabase: 'e' },
    { ...input, isQuick: false },
    { ...input, tables: [{ ...managed, columns: [{ name: 'a', type: { kind: 'bigint' } }] }] },
    { ...input, tables: [{ ...managed, id: 'another' as CatalogTable['id'] }] },
    { ...input, views: [{ name: { database: 'd', name: 't' }, query: 'SELECT 1', currentDatabase: 'd', columns: [], queryColumns: [] }] },
  ]
  expect(others.map((other) => plans.find(other))).toEqual(others.map(() => undefined))
})

it('finds a plan over a source by where that is', () => {
  const plans = new RecentPlans()
  const sample = sampleTable('d', 't', { a: 'int' })
  const partitions = { column: 'a', lower: 1n, upper: 9n, count: 2 }
  const table = { ...sample, settings: { ...sample.settings, partitions } }
  plans.keep({ ...input, tables: [table] }, planOf('one'))
  expect(plans.find({ ...input, tables: [{ ...table }] })?.sql).toBe('one')
  const others = [
    { ...table, connector: 'another' },
    { ...table, login: 'another' },
    { ...table, settings: { ...table.settings, partitions: { ...partitions, upper: 10n } } },
    { ...table, settings: { ...table.settings, endpoint: { host: 'another', port: 5432 } } },
  ]
  expect(others.map((other) => plans.find({ ...input, tables: [other] }))).toEqual(others.map(() => undefined))
  expect(plans.find({ ...input, tables: [table], pushes: false })).toBeUndefined()
})

it('keeps no plan of a very long statement', () => {
  const plans = new RecentPlans()
  const long = { ...input, sql: `SELECT '${'x'.repeat(40_000)}'` }
  plans.keep(long, planOf('one'))
  expect(plans.find(long)).toBeUndefined()
})

it('forgets those that were used longest ago', () => {
  const plans = new RecentPlans()
  const numbered = (number: number): PlanInput => ({ ...input, sql: `SELECT ${number}` })
  for (let number = 0; number < 32; number += 1) plans.keep(numbered(number), planOf(String(number)))
  expect(plans.find(numbered(0))?.sql).toBe('0')
  plans.keep(numbered(32), planOf('32'))
  expect([0, 1, 2, 32].map((number) => plans.find(numbered(number))?.sql)).toEqual(['0', undefined, '2', '32'])
})
