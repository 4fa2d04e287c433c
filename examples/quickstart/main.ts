// `npm run quickstart`: the published procedure, step by step, on this machine: two databases, a queue, two connections, a join through them, and a cut.

import { once } from 'node:events'
import type { PostgresServer } from '../../tests/servers/postgres.ts'
import { startTributary, type TributaryServer } from '../../tests/servers/tributary.ts'
import { Api, textOf } from './api.ts'
import { Narrator, secondsSince } from './narrator.ts'
import { Procedure, sites, tableSql, until } from './procedure.ts'
import { joinSql, openSessions, sizes, startSources } from './sources.ts'
import { formatTable } from './table.ts'
import { readFlags } from '../../tools/flags.ts'

const { flags } = readFlags({
  start: 'npm run quickstart --',
  flags: { once: { says: 'ends with the last step; else Tributary stays up until Ctrl-C' } },
})
const narrator = new Narrator()
const say = (line?: string) => narrator.say(line)

await using stack = new AsyncDisposableStack()
say('Tributary quickstart: the published procedure, on this machine.')

const { sales, crm } = await narrator.step('Start two PostgreSQL servers: one holds orders, the other customers', async () => {
  const sources = await startSources()
  stack.use(sources.sales)
  stack.use(sources.crm)
  say(
    `   sales on 127.0.0.1:${sources.sales.port}, ${sizes.orders} orders; crm on 127.0.0.1:${sources.crm.port}, ${sizes.customers} customers`,
  )
  return sources
})
const server = await narrator.step('Start Tributary', async () => stack.use(await startTributary({ account: 'generated' })))
const procedure = await narrator.step('Sign in with the credentials of its first start', () => signIn(server))
await narrator.step('Declare two subnets and attach a gateway to each, which maps its addresses to this machine', async () => {
  await procedure.declare(sites.sales, sales)
  await procedure.declare(sites.crm, crm)
})
await publishedProcedure(procedure)
await narrator.step('A queue that no connection binds is refused', () => refuseUnbound(procedure))
await narrator.step('Unbinding cuts a running scan', () => cutRunningScan(procedure, sales))
say(`\nDone in ${narrator.total()}.`)
if (!flags.once) await stayUp(server)

async function signIn(to: TributaryServer): Promise<Procedure> {
  return new Procedure(await Api.signIn(to, say), to.account.projectId)
}

async function publishedProcedure(steps: Procedure): Promise<void> {
  const begun = performance.now()
  await narrator.step('1. Create a dedicated queue', () => steps.createQueue('analytics'))
  const { salesId, crmId } = await narrator.step(
    '2. Create an enhanced connection to each subnet; the first names its queue at once',
    async () => ({
      salesId: await steps.createConnection(sites.sales, ['analytics']),
      crmId: await steps.createConnection(sites.crm, []),
    }),
  )
  await narrator.step('3. Bind the queue to the second', () => steps.bind(crmId, 'analytics'))
  await narrator.step('4. Read both until they are ACTIVE', async () => {
    await steps.untilActive(salesId)
    await steps.untilActive(crmId)
  })
  await narrator.step('5. Name the sources in SQL: CREATE TABLE shop.orders, shop.customers, shop.endless', () => createTables(steps))
  const joined = await narrator.step('6. Join them', async () => steps.preview(await steps.run('analytics', joinSql)))
  say(`   From POST queues to the first joined row: ${secondsSince(begun)}\n`)
  say(formatTable(joined.columns, joined.rows))
}

async function createTables(steps: Procedure): Promise<void> {
  await steps.createAuthInfo('sales_login', sales)
  await steps.createAuthInfo('crm_login', crm)
  await steps.createDatabase('shop')
  await steps.run('analytics', tableSql('shop.orders', sites.sales, 'public.orders', 'sales_login'))
  await steps.run('analytics', tableSql('shop.endless', sites.sales, 'public.endless', 'sales_login'))
  await steps.run('analytics', tableSql('shop.customers', sites.crm, 'public.customers', 'crm_login'))
}

async function refuseUnbound(steps: Procedure): Promise<void> {
  await steps.createQueue('lonely')
  const { status, answer } = await steps.submit('lonely', 'SELECT count(*) FROM shop.orders')
  if (status < 400) throw new Error('the unbound queue was not refused')
  say(`   ${textOf(answer, 'error_code')}: ${textOf(answer, 'error_msg')}`)
}

async function cutRunningScan(steps: Procedure, source: PostgresServer): Promise<void> {
  const second = await steps.createConnection({ ...sites.sales, name: 'sales_for_lonely' }, ['lonely'])
  const { answer } = await steps.submit('lonely', 'SELECT count(*) AS n, max(noise) AS m FROM shop.endless')
  const job = textOf(answer, 'job_id')
  await until(async () => (await openSessions(source, 'sales', 'endless')) > 0)
  say(`   sessions that read it at the source: ${await openSessions(source, 'sales', 'endless')}`)
  await steps.unbind(second, 'lonely')
  const end = await steps.untilEnded(job)
  if (textOf(end, 'status') !== 'FAILED') throw new Error(`the cut scan ended ${textOf(end, 'status')}`)
  await until(async () => (await openSessions(source, 'sales', 'endless')) === 0)
  say(`   job ${textOf(end, 'status')}: ${textOf(end, 'message')}`)
  say('   sessions that read it now: 0')
}

async function stayUp(at: TributaryServer): Promise<void> {
  say(`
Tributary stays up; Ctrl-C ends it and the databases.
   API          ${at.endpoint}   (project ${at.account.projectId})
   API pages    ${at.endpoint}/docs
   Credentials  ${at.dataDir}/credentials.json`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  say('\nStopping.')
}
