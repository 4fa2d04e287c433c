// What a long run runs on: a server, a source with two tables behind a bound queue, and a bare server as the control.

import { join } from 'node:path'
import { Api, textOf } from '../../examples/quickstart/api.ts'
import { Procedure, sites, tableSql } from '../../examples/quickstart/procedure.ts'
import { type BareServer, startBareFastify } from '../bench/bare-server.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

/** The queue that everything is bound to and every job runs on. */
export const queue = 'steady'

/** How long results and deleted connections are kept: short, so that their end is a part of the run. */
export const keptSeconds = 60

/** What the load leans on. */
export interface Stage {
  readonly server: TributaryServer
  readonly source: PostgresServer
  readonly control: BareServer
  /** Everything the server wrote to standard error, where Node says how it is inspected. */
  readonly logPath: string
  /** A connection that stays, bound to the queue. */
  readonly connectionId: string
}

const sourceSql = `
  create table public.orders as select g as id, 1 + g % 200 as customer_id, (g * 37 % 40000 / 100.0)::numeric(10,2) as amount from generate_series(1, 2000) as g;
  create table public.customers as select g as id, 'Customer ' || g as name from generate_series(1, 200) as g;`

/** Joins the two tables of the source: ten rows. */
export const joinSql = `SELECT c.name, count(*) AS orders, sum(o.amount) AS revenue
  FROM shop.orders o JOIN shop.customers c ON o.customer_id = c.id WHERE c.id <= 10 GROUP BY c.name`

/** Starts everything and sets it up through the published calls; `stack` ends it. @param directory - for logs; removed by whoever made it */
export async function setStage(directory: string, stack: AsyncDisposableStack): Promise<Stage> {
  const logPath = join(directory, 'server.log')
  const source = stack.use(await startPostgres({ databases: { sales: sourceSql }, settings: { log_statement: 'none' } }))
  const control = stack.use(await startBareFastify(directory, JSON.stringify({ is_success: true, message: '', connections: [] })))
  const args = ['--result-ttl', String(keptSeconds), '--tombstone', String(keptSeconds)]
  // On a port of its own on this machine: the heap is collected and weighed over it, twice in a run.
  const server = stack.use(await startTributary({ logPath, args, nodeArgs: ['--inspect=127.0.0.1:0'] }))
  const steps = new Procedure(await Api.signIn(server), server.account.projectId)
  await steps.declare(sites.sales, source)
  await steps.createQueue(queue)
  const connectionId = await steps.createConnection(sites.sales, [queue])
  await steps.untilActive(connectionId)
  await steps.createAuthInfo('sales_login', source)
  await steps.createDatabase('shop')
  for (const table of ['orders', 'customers'])
    await steps.run(queue, tableSql(`shop.${table}`, sites.sales, `public.${table}`, 'sales_login'))
  return { server, source, control, logPath, connectionId }
}

/** What a member of an answer says. @throws {Error} when it is not there */
export function memberOf(text: string, member: string): string {
  const value = textOf(JSON.parse(text), member)
  if (value === '') throw new Error(`the answer has no ${member}: ${text.slice(0, 300)}`)
  return value
}
