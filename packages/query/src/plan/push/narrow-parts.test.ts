// Conditions of WHERE that sources are asked for besides those that DuckDB moves into scans: plans as text.

import { afterAll, describe, expect, it } from 'vitest'
import { offerQuery } from '../../connectors/offers.ts'
import { queryText } from '../../connectors/postgresql/translate-query.ts'
import type { SourceTable } from '../../source.ts'
import type { Plan } from '../plan.ts'
import { planningDatabase, sampleTable } from '../sample-planning.ts'
import { planQuery } from '../steps.ts'

const planning = await planningDatabase()
afterAll(() => planning.close())

const orders = { id: 'bigint', customer: 'int', note: 'string', day: 'date', due: 'date', weight: 'double', size: 'int' }
const tables: readonly SourceTable[] = [
  { ...sampleTable('shop', 'orders', orders), login: 'shop' },
  { ...sampleTable('shop', 'customers', { id: 'int', name: 'string' }), login: 'shop' },
  { ...sampleTable('crm', 'mails', { id: 'int', mail: 'string' }), login: 'crm' },
]

function plan(sql: string): Promise<Plan> {
  return planQuery({ sql, currentDatabase: 'shop', tables, database: planning.database, offer: offerQuery })
}

/** What each reading that is a query is asked for, by the name of its first table. */
async function conditions(sql: string): Promise<readonly string[]> {
  const { scans } = await plan(sql)
  expect(scans.length).toBeGreaterThan(0)
  return scans.flatMap(({ remote, columns }) =>
    remote === undefined
      ? []
      : [`${remote.tables[0]?.name.name}: ${queryText(remote, columns, { sources: [], isUtf8: true }).split(' WHERE ')[1]}`],
  )
}

const joined = 'SELECT count(*) FROM orders o, crm.mails m WHERE o.customer = m.id AND'

describe('conditions over one reading of a join', () => {
  it.each([
    ["o.note LIKE '%x%'", ["orders: (t0.\"note\" LIKE '%x%' ESCAPE '\\')"]],
    ['o.day < o.due', ['orders: (t0."day" < t0."due")']],
    [
      "m.mail NOT LIKE 'a%' AND o.day < o.due AND o.id > 5",
      ['orders: (t0."day" < t0."due") AND (t0."id" > 5)', "mails: (NOT (t0.\"mail\" LIKE 'a%' ESCAPE '\\'))"],
    ],
    ["(o.day < o.due OR m.mail = 'x')", []],
    ['o.id > 5 AND o.size IN (1, 2) AND o.note IS NOT NULL', []],
    ['o.size + m.id > 3', []],
    ['upper(o.note) = lower(o.note)', []],
  ] as const)('%s', async (condition, expected) => {
    expect(await conditions(`${joined} ${condition}`)).toEqual(expected)
  })

  it('are what each side of an OR says of it at least', async () => {
    const found = await conditions(`${joined} ((o.size > 5 AND m.mail = 'x') OR (o.size < 2 AND o.day < o.due AND m.mail = 'y'))`)
    expect(found).toEqual([
      expect.stringMatching(/^orders: \(\(?t0\."size" > 5\)? OR \(\(t0\."size" < 2\) AND \(t0\."day" < t0\."due"\)\)\)$/),
      expect.stringContaining('mails: '),
    ])
  })

  it('are left alone where a scan takes a filter that a query would not', async () => {
    expect(await conditions(`${joined} o.day < o.due AND o.weight > 1`)).toEqual([])
  })

  it('are left alone where the owner of a table wants it read in parts', async () => {
    const [shop, ...others] = tables as [SourceTable, ...SourceTable[]]
    const partitions = { column: 'id', lower: 0n, upper: 9n, count: 3 }
    const parted = [{ ...shop, settings: { ...shop.settings, partitions } }, ...others]
    const sql = 'SELECT id FROM orders WHERE day < due'
    const { scans } = await planQuery({ sql, currentDatabase: 'shop', tables: parted, database: planning.database, offer: offerQuery })
    expect(scans.map(({ remote }) => remote)).toEqual([undefined])
  })

  it('stand beside a reading of a single table, and under an outer join not at all', async () => {
    expect(await conditions('SELECT id FROM orders WHERE day < due')).toEqual(['orders: (t0."day" < t0."due")'])
    expect(await conditions('SELECT o.id FROM crm.mails m LEFT JOIN orders o ON o.customer = m.id WHERE o.day < o.due')).toEqual([])
  })
})

describe('equalities', () => {
  it('with the query around a value are enough for the readings inside, and not the other way', async () => {
    const { scans } = await plan(
      'SELECT count(*) FROM crm.mails m WHERE m.id < (SELECT avg(size) FROM orders o WHERE o.customer = m.id AND o.day < o.due)',
    )
    expect(scans.map(({ table, keysFrom = [] }) => [table.name.name, keysFrom.length])).toEqual([
      ['mails', 0],
      ['orders', 1],
    ])
  })

  it('are found in all sides of an OR', async () => {
    const { scans } = await plan(
      "SELECT 1 FROM orders o, crm.mails m WHERE (o.customer = m.id AND m.mail = 'x') OR (o.customer = m.id AND o.size = 4)",
    )
    expect(scans.map(({ keysFrom = [] }) => keysFrom.length)).toEqual([1, 1])
    const apart = await plan("SELECT 1 FROM orders o, crm.mails m WHERE (o.customer = m.id AND m.mail = 'x') OR o.size = 4")
    expect(apart.scans.map(({ keysFrom = [] }) => keysFrom.length)).toEqual([0, 0])
  })
})

describe('a reading of several tables', () => {
  const from = 'FROM customers c, orders o, customers d WHERE c.id = d.id AND d.id = o.customer'

  it.each([`SELECT o.note ${from} LIMIT 5`, `SELECT o.note ${from} AND o.day < d.name`, `SELECT o.note ${from} AND o.day < o.due`])(
    'gives its columns in its own order, whatever FROM says: %s',
    async (sql) => {
      const { scans, sql: text } = await plan(sql)
      const [scan] = scans
      const position = Number(/\.c(\d+)/.exec(text)?.[1])
      const output = scan?.remote?.outputs[position]?.expression
      expect(scans).toHaveLength(1)
      expect(output).toMatchObject({ kind: 'column', column: 2 })
      expect(scan?.remote?.tables[(output as { relation: number }).relation]?.name.name).toBe('orders')
    },
  )
})
