// The two databases of the quickstart: orders in one, customers in the other.

import { type PostgresServer, startPostgres } from '../../tests/servers/postgres.ts'

/** Rows in each table. */
export const sizes = { orders: 200_000, customers: 1_000 } as const

const salesSql = `
  select setseed(0.71);
  create table public.orders as
    select g as id, 1 + floor(power(random(), 2) * ${sizes.customers})::int as customer_id,
      (5 + random() * random() * 400)::numeric(10,2) as amount, date '2026-01-01' + (g % 300)::int as ordered_on
    from generate_series(1, ${sizes.orders}) as g;
  alter table public.orders add primary key (id);
  create view public.endless as select g as id, md5(g::text) as noise from generate_series(1, 2000000000) as g;`

const crmSql = `
  create table public.customers as
    select g as id, 'Customer ' || g as name, (array['Guiyang', 'Beijing', 'Shanghai', 'Shenzhen', 'Ulanqab'])[1 + floor(5 * g * g / ${sizes.customers ** 2 + 1}.0)::int] as city
    from generate_series(1, ${sizes.customers}) as g;
  alter table public.customers add primary key (id);`

/** Joins the two: what the larger orders of each city came to. */
export const joinSql = `SELECT c.city, count(*) AS orders, sum(o.amount) AS revenue
  FROM shop.orders o JOIN shop.customers c ON o.customer_id = c.id
  WHERE o.amount >= 150
  GROUP BY c.city ORDER BY revenue DESC`

/** Starts both, in about a second each. */
export async function startSources(): Promise<{ sales: PostgresServer; crm: PostgresServer }> {
  const [sales, crm] = await Promise.all([startPostgres({ databases: { sales: salesSql } }), startPostgres({ databases: { crm: crmSql } })])
  return { sales, crm }
}

/**
 * How many connections of ours a source sees, those that wait for the next job among them.
 * @param reading - counts those alone that run a statement over this table
 */
export async function openSessions(server: PostgresServer, database: string, reading?: string): Promise<number> {
  const running = reading === undefined ? '' : ` and state = 'active' and strpos(query, '${reading}') > 0`
  const ours = `application_name = 'tributary'${running}`
  const [row] = await server.query(database, `select count(*)::int as open from pg_stat_activity where ${ours}`)
  return Number(row?.['open'])
}
