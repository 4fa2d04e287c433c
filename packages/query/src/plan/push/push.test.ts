// Which parts of a query become one query of their source, and why others stay: plans as text.

import { inWords } from '@tributary/rules'
import { afterAll, describe, expect, it } from 'vitest'
import { getConnector } from '../../connectors/loaded.ts'
import { offerQuery } from '../../connectors/offers.ts'
import { queryText } from '../../connectors/postgresql/translate-query.ts'
import type { SourceTable } from '../../source.ts'
import { explainTree } from '../explain-tree.ts'
import type { Plan } from '../plan.ts'
import { planningDatabase, sampleTable } from '../sample-planning.ts'
import { explainPlan, planQuery } from '../steps.ts'

const planning = await planningDatabase()
afterAll(() => planning.close())

const orders = {
  id: 'bigint',
  customer: 'int',
  amount: 'decimal(12,2)',
  wide: 'decimal(30,2)',
  note: 'string',
  day: 'date',
  weight: 'double',
  paid: 'boolean',
}
const tables: readonly SourceTable[] = [
  { ...sampleTable('shop', 'orders', orders), login: 'shop' },
  { ...sampleTable('shop', 'customers', { id: 'int', name: 'string', region: 'string' }), login: 'shop' },
  { ...sampleTable('crm', 'mails', { id: 'int', mail: 'string' }), login: 'crm' },
  sampleTable('own', 'one', { id: 'int' }),
  sampleTable('own', 'two', { id: 'int' }),
  { ...sampleTable('other', 'kind', { id: 'int' }), connector: 'papyrus', login: 'shop' },
]

function plan(sql: string): Promise<Plan> {
  return planQuery({ sql, currentDatabase: 'shop', tables, database: planning.database, offer: offerQuery })
}

/** Readings with what is asked in each, without the first line. */
async function readings(sql: string): Promise<readonly string[]> {
  return explainPlan(await plan(sql))
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}

async function whys(sql: string): Promise<readonly string[]> {
  return (await plan(sql)).scans.flatMap(({ stays }) => (stays === undefined ? [] : [inWords(stays)]))
}

async function texts(sql: string): Promise<readonly string[]> {
  return (await plan(sql)).scans.flatMap(({ remote, columns }) =>
    remote === undefined ? [] : [queryText(remote, columns, { sources: [], isUtf8: true })],
  )
}

describe('groups', () => {
  it('are made by the source, with what HAVING, ORDER BY and LIMIT say of them', async () => {
    const sql = `SELECT region, count(*) AS n, sum(amount) AS total FROM orders o JOIN customers c ON o.customer = c.id
      WHERE paid AND name LIKE 'A%' GROUP BY region HAVING total > 100 ORDER BY n DESC, region LIMIT 5`
    expect(await readings(sql)).toEqual([
      'query: c0, c1, c2',
      'from shop.orders, shop.customers',
      "where (orders.customer = customers.id), orders.paid, customers.name like 'A%'",
      'group by customers.region',
      'having (sum(orders.amount) > 100)',
      'give customers.region, count(*), sum(orders.amount)',
      'order by count(*) desc nulls last, customers.region nulls first',
      'limit 5',
    ])
  })

  it('give what is computed of them here: an average is a sum and a count', async () => {
    expect(
      await readings("SELECT region, upper(region), round(avg(id + 0.5), 1) FROM customers GROUP BY region HAVING max(upper(name)) > 'A'"),
    ).toEqual(['scan shop.customers: id, name, region'])
    expect(await readings('SELECT upper(region), round(avg(id), 1), max(name) || min(name) FROM customers GROUP BY region')).toEqual([
      'query: c0, c1, c2, c3, c4',
      'from shop.customers',
      'group by region',
      'give region, sum(id), count(id), max(name), min(name)',
    ])
  })

  it('of all rows are one, and DISTINCT is a group for each row', async () => {
    expect(await readings('SELECT count(*), max(day) FROM orders')).toEqual([
      'query: c0, c1',
      'from shop.orders',
      'in one group',
      'give count(*), max(day)',
    ])
    expect(await readings('SELECT DISTINCT region, id + 1 FROM customers')).toEqual([
      'query: c0, c1',
      'from shop.customers',
      'group by region, (id + 1)',
      'give region, (id + 1)',
    ])
  })

  it('see through subqueries, views of WITH and names that they give', async () => {
    const sql =
      'WITH q AS (SELECT customer AS c, amount * 2 AS a FROM orders WHERE paid) SELECT c, sum(b) FROM (SELECT c, a AS b FROM q WHERE a > 3) z GROUP BY c'
    expect(await readings(sql)).toEqual([
      'query: c0, c1',
      'from shop.orders',
      'where paid, ((amount * 2) > 3)',
      'group by customer',
      'give customer, sum((amount * 2))',
    ])
  })

  it('see through views', async () => {
    const view = {
      name: { database: 'shop', name: 'paid' },
      query: 'SELECT customer AS c, amount FROM orders WHERE paid',
      currentDatabase: 'shop',
      columns: [
        { name: 'total', type: { kind: 'decimal', precision: 12, scale: 2 } },
        { name: 'who', type: { kind: 'int' } },
      ],
      queryColumns: ['amount', 'c'],
    } as const
    const sql = 'SELECT who, max(total) FROM paid p GROUP BY who'
    const planned = await planQuery({ sql, currentDatabase: 'shop', tables, views: [view], database: planning.database, offer: offerQuery })
    expect(explainPlan(planned).split('\n').slice(2)).toEqual([
      '    from shop.orders',
      '    where paid',
      '    group by customer',
      '    give customer, max(amount)',
    ])
  })

  it('inside of a query are made by the source, whatever stands around them', async () => {
    expect(
      await readings(
        'SELECT m.mail, q.n FROM crm.mails m JOIN (SELECT customer, count(*) n FROM orders GROUP BY customer) q ON q.customer = m.id',
      ),
    ).toEqual(['scan crm.mails: id, mail', 'query: c0, c1', 'from shop.orders', 'group by customer', 'give customer, count(*)'])
  })

  it.each([
    ['SELECT sum(weight) FROM orders', 'floating point is compared and computed here alone'],
    ['SELECT count(*) FROM orders WHERE weight > 1.5', 'floating point is compared and computed here alone'],
    ['SELECT weight, count(*) FROM orders GROUP BY weight', 'floating point is compared and computed here alone'],
    ['SELECT sum(wide * wide * wide) FROM orders', 'a product of more than 38 digits is computed here alone'],
    ['SELECT sum(wide * amount * amount) FROM orders', 'a product of more than 38 digits is computed here alone'],
    ['SELECT avg(id) FROM orders', 'avg is not asked of a source'],
    ['SELECT stddev(amount) FROM orders', 'stddev is not asked of a source'],
    ['SELECT count(*) FROM orders WHERE upper(note) = note', 'upper is not asked of a source'],
    ['SELECT count(*) FROM orders WHERE substring(note, 0, 2) = note', 'substring is not asked of a source'],
    ['SELECT count(*) FROM orders WHERE round(amount, -1) > 5', 'round is not asked of a source'],
    ['SELECT sum(weight) FILTER (WHERE paid) FROM orders', 'FILTER is not asked of a source'],
    ['SELECT count(*) FROM orders WHERE id IN (SELECT id FROM crm.mails)', '(SELECT …) is not asked of a source'],
    ['SELECT region, name, count(*) FROM customers GROUP BY ROLLUP(region, name)', 'several groupings at once are computed here'],
    ['SELECT region, rank() OVER (ORDER BY region) FROM customers GROUP BY region', 'rank is not asked of a source'],
    ['SELECT count(*) FROM orders WHERE id = note', 'string is converted to bigint here alone'],
    ['SELECT DISTINCT 1 FROM orders', 'groups by a constant are made here'],
    ['SELECT count(*) FROM other.kind', 'papyrus sources are asked for rows of their tables alone'],
  ])('%s stays', async (sql, why) => {
    expect((await plan(sql)).scans.filter(({ remote }) => remote !== undefined)).toEqual([])
    expect(await whys(sql)).toContain(why)
  })
})

describe('functions and aggregates', () => {
  it.each([
    ["SELECT count(*) FILTER (WHERE region = 'n') FROM customers", "count(case when ((region = 'n')) then 1 end)"],
    ['SELECT count(name) FILTER (WHERE id > 3) FROM customers', 'count(case when ((id > 3) and name is not null) then 1 end)'],
    ['SELECT count_if(paid) FROM orders', 'count(case when (paid) then 1 end)'],
    ['SELECT sum(amount) FILTER (WHERE paid) FROM orders', 'sum(case when paid then amount end)'],
    ['SELECT avg(amount) FROM orders', 'avg(amount)'],
    ['SELECT sum(wide) FROM orders', 'sum(wide)'],
    ['SELECT max(coalesce(amount, 0)) FROM orders', 'max(coalesce(amount, 0))'],
    ['SELECT max(extract(YEAR FROM day)) FROM orders', 'max(year(day))'],
    ['SELECT max(if(paid, amount, 1.5)) FROM orders', 'max(case when paid then amount else 1.5 end)'],
    ['SELECT min(nullif(abs(id), 7)) FROM orders', 'min(nullif(abs(id), 7))'],
    ['SELECT min(round(amount, 1)) FROM orders', 'min(round(amount, 1))'],
    ['SELECT max(length(substring(note, 2, 3))) FROM orders', 'max(length(substring(note, 2, 3)))'],
  ])('%s is asked for %s', async (sql, given) => {
    const lines = await readings(sql)
    expect(lines.at(-1)).toBe(`give ${given}`)
  })

  it('over an average may be counted off by the source', async () => {
    expect(await readings('SELECT customer, avg(amount) a FROM orders GROUP BY customer ORDER BY a DESC LIMIT 2')).toEqual([
      'query: c0, c1',
      'from shop.orders',
      'group by customer',
      'give customer, avg(amount)',
      'order by avg(amount) desc nulls last',
      'limit 2',
    ])
  })
})

describe('subqueries', () => {
  it.each([
    [
      'SELECT id FROM orders o WHERE paid AND EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer AND region = o.note)',
      'where exists (from shop.customers where (customers.id = orders.customer) and (customers.region = orders.note)), orders.paid',
    ],
    [
      'SELECT id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer)',
      'where (not exists (from shop.customers where (customers.id = orders.customer)))',
    ],
    [
      "SELECT id FROM orders WHERE customer NOT IN (SELECT id FROM customers WHERE region = 'n')",
      "where (not orders.customer in (customers.id from shop.customers where (customers.region = 'n')))",
    ],
    [
      'SELECT id FROM orders WHERE customer IN (SELECT id FROM customers GROUP BY id HAVING count(*) > 1)',
      'where orders.customer in (customers.id from shop.customers group by customers.id having (count(*) > 1))',
    ],
    [
      'SELECT id FROM orders WHERE amount > (SELECT avg(amount) FROM orders WHERE paid)',
      'where ((orders.amount as decimal(16,6)) > (avg(orders#2.amount) from shop.orders#2 where orders#2.paid))',
    ],
    [
      'SELECT o.id FROM orders o LEFT SEMI JOIN customers c ON c.id = o.customer',
      'where exists (from shop.customers where (customers.id = orders.customer))',
    ],
    [
      'SELECT o.id FROM orders o LEFT ANTI JOIN customers c ON c.id = o.customer AND paid',
      'where (not exists (from shop.customers where (customers.id = orders.customer) and orders.paid))',
    ],
    [
      'SELECT o.id FROM orders o WHERE customer IN (SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders p WHERE p.customer = c.id AND p.paid))',
      'where orders.customer in (customers.id from shop.customers where exists (from shop.orders#2 where (orders#2.customer = customers.id) and orders#2.paid))',
    ],
  ])('%s', async (sql, where) => {
    const lines = await readings(sql)
    expect(lines.filter((line) => line.startsWith('where'))).toEqual([where])
    expect(lines.filter((line) => line.startsWith('scan') || line.startsWith('query:'))).toHaveLength(1)
  })

  it.each([
    [
      'SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id > o.customer)',
      'a join without equal columns is done here',
    ],
    [
      'SELECT id FROM orders o WHERE amount > (SELECT avg(amount) FROM orders p WHERE p.customer = o.customer)',
      'a value that is computed anew for each row is computed here',
    ],
    ['SELECT id FROM orders WHERE id IN (SELECT id FROM crm.mails)', 'a subquery over another source is computed here'],
    ['SELECT id FROM orders WHERE id = (SELECT id FROM customers)', 'a subquery that may give several values is computed here'],
    [
      'SELECT id FROM orders WHERE customer IN (SELECT id FROM customers LIMIT 3)',
      'a subquery with LIMIT or several groupings is computed here',
    ],
    ['SELECT id FROM orders WHERE note IN (SELECT upper(name) FROM customers)', 'IN (SELECT …) is not asked of a source'],
  ])('%s stays', async (sql, why) => {
    const { scans } = await plan(sql)
    expect(scans.length).toBeGreaterThan(1)
    expect(await whys(sql)).toContain(why)
  })

  it('of groups are computed here, and the groups at the source', async () => {
    const lines = await readings('SELECT customer FROM orders GROUP BY customer HAVING sum(amount) > (SELECT max(id) FROM crm.mails)')
    expect(lines).toEqual(expect.arrayContaining(['give customer, sum(amount)', 'give max(id)']))
    expect(lines.filter((line) => line.startsWith('scan'))).toEqual([])
  })

  it('are met as a join of PostgreSQL, where NOT IN would go through all of them for each row', async () => {
    expect(await texts('SELECT id FROM orders WHERE customer NOT IN (SELECT id FROM customers)')).toEqual([
      'SELECT t0."id" FROM "orders" AS t0 WHERE (NOT EXISTS (SELECT 1 FROM "customers" AS t1 WHERE (t1."id" = t0."customer")) ' +
        'AND NOT EXISTS (SELECT 1 FROM "customers" AS t1 WHERE (t1."id" IS NULL)) ' +
        'AND (t0."customer" IS NOT NULL OR NOT EXISTS (SELECT 1 FROM "customers" AS t1)))',
    ])
  })
})

describe('joins', () => {
  it('of one source are one reading, from which the rest of the query takes columns and to which it gives filters', async () => {
    const sql =
      "SELECT name, mail FROM orders o, crm.mails m, customers c WHERE o.customer = c.id AND m.id = c.id AND amount > 5 AND region = 'north'"
    expect(await readings(sql)).toEqual([
      'scan crm.mails: id, mail',
      'query: c1, c2, c8, c9, c10',
      'from shop.orders, shop.customers',
      "where (orders.customer = customers.id), (orders.amount > 5.00), (customers.region = 'north')",
      'give orders.id, orders.customer, orders.amount, orders.wide, orders.note, orders.day, orders.weight, orders.paid, customers.id, customers.name, customers.region',
    ])
  })

  it('that keep their left side keep it there', async () => {
    expect(await texts('SELECT name, amount FROM customers c LEFT JOIN (SELECT * FROM orders WHERE paid) o ON o.customer = c.id')).toEqual([
      'SELECT t0."id", t0."name", t0."region", t1."amount" FROM ("customers" AS t0 LEFT JOIN "orders" AS t1 ON (t1."customer" = t0."id") AND t1."paid")'.replace(
        't0."id", t0."name", t0."region", ',
        't0."name", ',
      ),
    ])
  })

  it.each([
    ['SELECT 1 FROM customers c FULL JOIN orders o ON o.customer = c.id', 'a join that keeps rows of its right side is done here'],
    ['SELECT 1 FROM customers c JOIN orders o ON o.customer > c.id', 'a join without equal columns is done here'],
    ['SELECT 1 FROM customers c JOIN orders o ON o.customer = c.id AND lower(c.name) = o.note', 'lower is not asked of a source'],
  ])('%s stays', async (sql, why) => {
    expect((await plan(sql)).scans.map(({ remote }) => remote)).toEqual([undefined, undefined])
    expect(await whys(sql)).toContain(why)
  })

  it.each([
    'SELECT 1 FROM customers c JOIN crm.mails m ON m.id = c.id',
    'SELECT 1 FROM own.one JOIN own.two ON one.id = two.id',
    'SELECT 1 FROM customers, orders',
    'SELECT 1 FROM customers c JOIN other.kind k ON k.id = c.id',
  ])('%s is no business of one source', async (sql) => {
    expect((await plan(sql)).scans.map(({ remote }) => remote)).toEqual([undefined, undefined])
  })

  it.each(['USING (id)', 'USING (id, name)', ''])('by columns of one name are equalities: %s', async (using) => {
    const sql = `SELECT id, b.region FROM customers a ${using === '' ? 'NATURAL ' : ''}LEFT JOIN customers b ${using}`
    const [, from] = await readings(sql)
    expect(from).toContain('left join shop.customers#2 on (customers.id = customers#2.id)')
  })

  it('of a table with itself need no common login', async () => {
    expect(await texts('SELECT a.id FROM own.one a JOIN own.one b ON a.id = b.id')).toEqual([
      'SELECT t0."id" FROM "one" AS t0, "one" AS t1 WHERE (t0."id" = t1."id")',
    ])
  })
})

describe('keys', () => {
  async function keys(sql: string): Promise<readonly string[]> {
    const { scans } = await plan(sql)
    const nameAt = (handle: string, column: number): string => {
      const scan = scans.find((each) => each.handle === handle)
      return scan === undefined
        ? 'nothing'
        : `${scan.remote === undefined ? scan.table.name.name : 'joined'}.${scan.table.columns[column]?.name}`
    }
    return scans.flatMap(({ handle, keysFrom = [] }) =>
      keysFrom.map(({ column, giver }) => `${nameAt(handle, column)} from ${nameAt(giver.handle, giver.column)}`),
    )
  }

  it.each([
    ['SELECT 1 FROM customers c JOIN crm.mails m ON m.id = c.id', ['customers.id from mails.id', 'mails.id from customers.id']],
    ['SELECT 1 FROM customers c LEFT JOIN crm.mails m ON m.id = c.id AND m.id > 3', ['mails.id from customers.id']],
    [
      'SELECT 1 FROM customers c, crm.mails m WHERE m.id = c.id AND mail <> name',
      ['customers.id from mails.id', 'mails.id from customers.id'],
    ],
    [
      'SELECT 1 FROM customers c, crm.mails m, orders o WHERE m.id = o.customer AND o.customer = c.id',
      ['mails.id from joined.c4', 'joined.c4 from mails.id'],
    ],
    ['SELECT 1 FROM customers c FULL JOIN crm.mails m ON m.id = c.id', []],
    ['SELECT 1 FROM customers c JOIN crm.mails m ON m.id > c.id', []],
    ['SELECT 1 FROM orders o JOIN crm.mails m ON m.id = o.id', ['orders.id from mails.id', 'mails.id from orders.id']],
    ['SELECT 1 FROM orders o JOIN crm.mails m ON m.id = o.amount', ['orders.amount from mails.id', 'mails.id from orders.amount']],
    ['SELECT 1 FROM customers c RIGHT JOIN crm.mails m ON m.id = c.id', ['customers.id from mails.id']],
    ['SELECT 1 FROM customers c SEMI JOIN crm.mails m ON m.id = c.id', ['customers.id from mails.id', 'mails.id from customers.id']],
    ['SELECT 1 FROM customers c ANTI JOIN crm.mails m ON m.id = c.id', ['mails.id from customers.id']],
    ['SELECT 1 FROM customers c JOIN crm.mails m ON m.mail = c.id', []],
    ['SELECT 1 FROM customers c JOIN (SELECT id FROM crm.mails LIMIT 3) m ON m.id = c.id', []],
    ['SELECT 1 FROM customers c JOIN crm.mails m USING (id)', ['customers.id from mails.id', 'mails.id from customers.id']],
    ['SELECT 1 FROM customers NATURAL LEFT JOIN crm.mails', ['mails.id from customers.id']],
    ['SELECT 1 FROM customers WHERE id IN (SELECT id FROM crm.mails)', ['customers.id from mails.id', 'mails.id from customers.id']],
    ['SELECT 1 FROM customers WHERE id NOT IN (SELECT id FROM crm.mails)', []],
    ['SELECT 1 FROM customers WHERE id IN (SELECT id FROM crm.mails LIMIT 3)', []],
    ['SELECT 1 FROM customers WHERE id IN (SELECT id FROM crm.mails) OR id > 3', []],
    [
      'SELECT 1 FROM customers c WHERE EXISTS (SELECT 1 FROM crm.mails m WHERE m.id = c.id AND mail <> name)',
      ['customers.id from mails.id', 'mails.id from customers.id'],
    ],
    ['SELECT 1 FROM customers c WHERE NOT EXISTS (SELECT 1 FROM crm.mails m WHERE m.id = c.id)', ['mails.id from customers.id']],
    // There is a row whatever it counts: what it counts of the others is looked at by nobody.
    ['SELECT 1 FROM customers c WHERE EXISTS (SELECT count(*) FROM crm.mails m WHERE m.id = c.id)', ['mails.id from customers.id']],
  ])('%s', async (sql, taken) => expect(await keys(sql)).toEqual(taken))
})

describe('limits', () => {
  it('go along with the order that they cut, and the order is made again here', async () => {
    const planned = await plan("SELECT upper(note) FROM orders WHERE day > '2024-01-01' ORDER BY amount DESC, id LIMIT 5")
    expect(explainPlan(planned)).toContain('    order by amount desc nulls last, id nulls first\n    limit 5')
    expect(planned.sql).toMatch(/ORDER BY r0\.c2 DESC NULLS LAST, r0\.c0 ASC NULLS FIRST LIMIT 5$/)
  })

  it.each([
    'SELECT id FROM orders ORDER BY upper(note) LIMIT 5',
    'SELECT id, row_number() OVER (ORDER BY id) FROM orders LIMIT 5',
    'SELECT id FROM orders WHERE weight > 1 LIMIT 5',
    'SELECT explode(sequence(1, 2)) FROM orders LIMIT 5',
    'SELECT region, avg(id) a FROM customers GROUP BY region ORDER BY a LIMIT 5',
  ])('%s is cut here', async (sql) => {
    expect((await plan(sql)).scans.map(({ remote }) => remote?.limit)).toEqual([undefined])
  })
})

describe('EXPLAIN', () => {
  it('shows what the source is asked, what it does, and why it is not asked for more', async () => {
    const sql =
      "SELECT region, count(*) FROM customers GROUP BY region UNION ALL SELECT note, count(*) FROM orders WHERE lower(note) = 'x' GROUP BY note"
    const planned = await planQuery({
      sql,
      currentDatabase: 'shop',
      tables,
      database: planning.database,
      offer: offerQuery,
      isExplained: true,
    })
    expect(explainTree({ plan: planned, tree: planned.tree, connectorOf: getConnector }).split('\n')).toEqual([
      'Query: region string, count(1) bigint',
      '  Union',
      '    Scan of one query over shop.customers: region, count(*)',
      '      asked of postgresql at 10.0.0.1:5432: COPY (SELECT t0."region", (count(*))::int8 FROM "customers" AS t0 GROUP BY t0."region") TO STDOUT (FORMAT binary)',
      '      done by the source: groups',
      '    Aggregate',
      '      Filter here, over note: it computes, and a source is asked to compare a column with constants alone',
      '        Scan shop.orders: note',
      '          asked of postgresql at 10.0.0.1:5432: COPY (SELECT "note" FROM "orders") TO STDOUT (FORMAT binary)',
      '          not asked for more: lower is not asked of a source',
    ])
  })
})

describe('PostgreSQL', () => {
  it.each([
    ['SELECT sum(id) FROM orders', /^SELECT \(\(mod\(mod\(sum\(t0\."id"\) \+ 9223372036854775808, 18446744073709551616\)/],
    ['SELECT max(note) FROM orders', /^SELECT \(max\(\(t0\."note"\) COLLATE "C"\)\)::text FROM "orders" AS t0$/],
    ["SELECT count(*) FROM orders WHERE note > 'a' AND note = 'b'", /WHERE \(\(t0\."note"\) COLLATE "C" > 'a'\) AND \(t0\."note" = 'b'\)$/],
    [
      'SELECT count(*) FROM orders WHERE customer * 3 = 6',
      /WHERE \(\(\(\(\(\(t0\."customer"\)::int8 \* \(3\)::int8\) \+ 2147483648\) & 4294967295\) - 2147483648\)::int4 = 6\)$/,
    ],
    ['SELECT count(*) FROM orders WHERE amount = -5', /WHERE \(t0\."amount" = \(-5\)::numeric\)$/],
    ['SELECT count(*) FROM orders WHERE note = "it\'s"', /= 'it''s'\)$/],
  ])('is asked %s in its own words', async (sql, text) => {
    const [sent] = await texts(sql)
    expect(sent).toMatch(text)
  })
})
