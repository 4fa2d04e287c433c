// Words in capitals that examples hold in place of ids: how each is found, and the files that examples read.

import type { Stage } from './command-line-stage.ts'

/** Writes the files that examples name. */
export async function prepare(stage: Stage): Promise<void> {
  await stage.write('hosts', '# hosts of the shop\n10.71.0.5 shop-db db\n10.71.0.6 cache\n::1 localhost\n')
  await stage.write(
    'report.sql',
    'SELECT customer_id, count(*) AS orders\nFROM orders -- all; of them\nGROUP BY customer_id ORDER BY customer_id;\n',
  )
  await stage.write(
    'networks.json',
    JSON.stringify({ security_groups: [{ id: 'group-1', project_id: stage.server.account.projectId, name: 'known' }] }),
  )
  await stage.write('password', `${stage.env['ANN_PASSWORD'] ?? ''}\n`)
  await stage.write('shop-password', `${stage.source.password}\n`)
  await stage.write('secret', `${stage.env['SECRET_KEY'] ?? ''}\n`)
}

type Rows = readonly Readonly<Record<string, unknown>>[]

/** How a word is found; each asks the command line itself. */
const words: Readonly<Record<string, (stage: Stage) => Promise<string>>> = {
  RULE_ID: lowestRule,
  VPC_PEERING_ID: (stage) => first(stage, 'vpc-peering list', 'peerings', 'id'),
  SUBNET_ID: (stage) => first(stage, 'subnet list --vpc shop', 'subnets', 'id'),
  PROJECT_ID: (stage) => Promise.resolve(stage.server.account.projectId),
  PLAN_ID: (stage) => first(stage, 'queue-plan list analytics', 'plans', 'id'),
  OLD_PLAN_ID: (stage) => first(stage, 'queue-plan list analytics', 'plans', 'id'),
  QUEUE_ID: async (stage) => String((await stage.json('tributary queue get analytics'))['resource_id']),
  JOB_ID: (stage) => first(stage, 'job list --job-type QUERY --sql-pattern one', 'jobs', 'job_id'),
  SOURCE_JOB_ID: (stage) => first(stage, 'job list --job-type QUERY --sql-pattern "AS orders FROM shop.orders"', 'jobs', 'job_id'),
  RUNNING_JOB_ID: async (stage) =>
    String((await stage.json('tributary job submit --queue analytics --sql "SELECT max(noise) AS m FROM shop.endless"'))['job_id']),
  TASK_ID: async (stage) => String((await stage.json('tributary connection-test create analytics shop-db:5432'))['task_id']),
  ACCESS_KEY: (stage) => first(stage, 'access-key list --user ann', 'credentials', 'access'),
  ENDPOINT: (stage) => Promise.resolve(stage.server.endpoint),
}

/** Lists are in the order of ids: the rule with the lowest port is the same one in every run. */
async function lowestRule(stage: Stage): Promise<string> {
  const answer = await stage.json('tributary security-group-rule list --group databases --protocol tcp')
  const rules = answer['security_group_rules'] as readonly { readonly id: string; readonly port_range_min: number }[]
  const [lowest] = rules.toSorted((one, other) => one.port_range_min - other.port_range_min)
  if (lowest === undefined) throw new Error('the group databases has no rule for tcp')
  return lowest.id
}

async function first(stage: Stage, line: string, list: string, member: string): Promise<string> {
  const rows = (await stage.json(`tributary ${line}`))[list] as Rows
  const value = rows[0]?.[member]
  if (value === undefined) throw new Error(`tributary ${line} shows nothing`)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Puts ids in place of words. Ports of sources are those of this run already. */
export async function fill(stage: Stage, line: string): Promise<string> {
  let filled = line
  for (const [word] of line.matchAll(/\b[A-Z]+(_[A-Z]+)*\b/g)) {
    // Of a profile it is the owner's key, whose secret the variable holds.
    const isOwners = word === 'ACCESS_KEY' && line.startsWith('tributary profile')
    const find = isOwners ? () => Promise.resolve(stage.server.account.accessKey) : words[word]
    if (find !== undefined) filled = filled.replace(new RegExp(`\\b${word}\\b`), await find(stage))
  }
  return filled
}
