// `npm run terraform -- --provider PATH`: the whole procedure with the stock terraform and a provider binary: apply, nothing to do, change in place, nothing to do, destroy, nothing left.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Api } from '../../../examples/quickstart/api.ts'
import { Narrator } from '../../../examples/quickstart/narrator.ts'
import { Procedure, sites } from '../../../examples/quickstart/procedure.ts'
import { joinSql, startSources } from '../../../examples/quickstart/sources.ts'
import { formatTable } from '../../../examples/quickstart/table.ts'
import { readFlags } from '../../../tools/flags.ts'
import type { PostgresServer } from '../../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../../servers/tributary.ts'
import { added, type Inventory, kinds, takeInventory } from './inventory.ts'
import { startOutside } from './outside.ts'
import { findTerraform, openTerraform, type Terraform } from './terraform.ts'

const { flags } = readFlags({
  start: 'npm run terraform --',
  flags: {
    provider: { value: 'PATH', says: 'the binary of the provider; else the variable TERRAFORM_PROVIDER names it' },
    log: { value: 'FILE', says: 'keeps the log of the provider' },
  },
})
const narrator = new Narrator()
let passed = 0
const say = (line?: string) => narrator.say(line)
const before = '-var-file=before.tfvars'
const after = '-var-file=after.tfvars'

/** What every step of a run works with. */
interface Run {
  readonly server: TributaryServer
  readonly sales: PostgresServer
  readonly crm: PostgresServer
  readonly api: Api
  readonly steps: Procedure
  readonly terraform: Terraform
}

const provider = flags.provider ?? process.env['TERRAFORM_PROVIDER']
const version = findTerraform()
if (provider === undefined)
  say('skipped: no provider binary given; say where it lies with --provider PATH or in the variable TERRAFORM_PROVIDER')
else if (version === undefined) say('skipped: there is no terraform on PATH')
else if (!existsSync(provider)) throw new Error(`there is no provider binary at ${provider}`)
else {
  let failed = 0
  await tell(resolve(provider), version).catch((error: unknown) => {
    failed = 1
    process.exitCode = 1
    say(`   FAILED: ${error instanceof Error ? error.message : String(error)}`)
  })
  say(`\nTerraform: ${passed} passed, ${failed} failed, in ${narrator.total()}.`)
}

/** The first step that fails ends the run. */
async function step<T>(title: string, act: () => Promise<T>): Promise<T> {
  const result = await narrator.step(title, act)
  passed += 1
  return result
}

async function tell(binary: string, terraformVersion: string): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const outside = stack.use(await startOutside())
  const run = await step(`Start two PostgreSQL servers and Tributary; terraform ${terraformVersion}`, () =>
    open(stack, binary, outside.env),
  )
  const { terraform, api, server } = run
  const empty = await takeInventory(api, server.account.projectId)
  await step('Apply the networks, then attach a gateway to each: they map to this machine', () => applyNetworks(run))
  await step('Apply the rest; the provider itself waits four minutes for a queue', () => terraform.apply(before))
  await step('See what was made', () => seeAll(run, empty))
  await step('Plan again: nothing to do', () => nothingToDo(terraform, before))
  await step('Join through both connections', () => join(run))
  await step('Change in place: nothing is made anew', () => change(run))
  await step('Plan again: nothing to do', () => nothingToDo(terraform, after))
  await step('Join again, with the new password', () => join(run))
  await step('Drop the tables by SQL jobs, then destroy', async () => {
    await terraform.apply(after, '-var=drop_tables=true')
    await terraform.destroy(after, '-var=drop_tables=true')
  })
  await step('See that nothing is left', () => seeNothing(run, empty))
  say(`\ncalls beyond loopback that were refused: ${outside.refused().join(', ') || 'none'}`)
}

async function open(stack: AsyncDisposableStack, binary: string, env: Readonly<Record<string, string>>): Promise<Run> {
  const { sales, crm } = await startSources()
  stack.use(sales)
  stack.use(crm)
  const server = stack.use(await startTributary())
  const { account, endpoint } = server
  const api = await Api.signIn(server)
  const terraform = stack.use(
    await openTerraform({
      provider: binary,
      variables: { endpoint, project_name: account.projectName, sales: login(sales), crm: login(crm) },
      env: { ...env, HW_ACCESS_KEY: account.accessKey, HW_SECRET_KEY: account.secretKey },
      logPath: flags.log === undefined ? undefined : resolve(flags.log),
      say,
    }),
  )
  return { server, sales, crm, api, steps: new Procedure(api, account.projectId), terraform }
}

function login({ user, password }: PostgresServer): { readonly user: string; readonly password: string } {
  return { user, password }
}

/** The gateways stand between: terraform knows no such thing, the owner of the installation attaches them to networks that exist. */
async function applyNetworks({ terraform, api, server, sales, crm }: Run): Promise<void> {
  await terraform.apply(before, '-target=huaweicloud_vpc.sales', '-target=huaweicloud_vpc.crm')
  const { vpcs } = (await terraform.outputs()) as { readonly vpcs: Readonly<Record<'sales' | 'crm', string>> }
  for (const [name, source] of [
    ['sales', sales],
    ['crm', crm],
  ] as const)
    await api.put(`/tributary/v1/projects/${server.account.projectId}/vpcs/${vpcs[name]}/gateway`, {
      kind: 'map',
      ranges: ['127.0.0.1/32'],
      map: [{ from: `${sites[name].address}:5432`, to: `127.0.0.1:${source.port}` }],
    })
}

async function seeAll({ api, server, terraform }: Run, empty: Inventory): Promise<void> {
  const made = added(empty, await takeInventory(api, server.account.projectId))
  for (const [kind, names] of Object.entries(made)) say(`   ${kind}: ${names.join(', ')}`)
  if (Object.keys(made).length !== kinds)
    throw new Error(`of ${kinds} kinds of resource, only these were made: ${Object.keys(made).join(', ')}`)
  const { read_back: read } = await terraform.outputs()
  say(`   data sources: ${JSON.stringify(read)}`)
  const expected = {
    route_table: 'rtb-sales',
    pools: ['analytics_pool'],
    queues: ['analytics'],
    connections: ['sales'],
    auth_infos: ['sales_login'],
  }
  const found = read as Record<string, unknown>
  for (const [name, value] of Object.entries(expected))
    if (!isDeepStrictEqual(found[name], value)) throw new Error(`the data source of ${name} found ${JSON.stringify(found[name])}`)
}

async function nothingToDo(terraform: Terraform, values: string): Promise<void> {
  const { isEmpty, text } = await terraform.plan(values)
  if (!isEmpty) throw new Error(`the plan is not empty:\n${text}`)
}

async function join({ steps }: Run): Promise<void> {
  const { columns, rows } = await steps.preview(await steps.run('analytics', joinSql))
  if (rows.length === 0) throw new Error('the join found no rows')
  say(formatTable(columns, rows))
}

/** A new password at the source, and everything that after.tfvars says differently. */
async function change({ sales, terraform }: Run): Promise<void> {
  const password = 'Tributary-2'
  await sales.query('postgres', `alter user "${sales.user}" password '${password}'`)
  terraform.set('sales', { user: sales.user, password })
  const { text } = await terraform.plan(after)
  const inPlace = /^Plan: 0 to add, [1-9]\d* to change, 0 to destroy\.$/m.exec(text)?.[0]
  if (inPlace === undefined) throw new Error(`not all can be changed in place:\n${text}`)
  say(`   ${inPlace}`)
  await terraform.apply(after)
}

async function seeNothing({ api, server }: Run, empty: Inventory): Promise<void> {
  const left = added(empty, await takeInventory(api, server.account.projectId))
  if (Object.keys(left).length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`)
  say(`   ${kinds} lists read: all as before the first apply`)
}
