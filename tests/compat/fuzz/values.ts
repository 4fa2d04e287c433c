// Values for a call: sensible ones by member name and schema, and hostile ones that no caller should send.

import type { Schema } from './document.ts'
import type { Memory } from './memory.ts'
import type { Chance } from './random.ts'

/** What sensible values are made from; `fixed` are the ids of the stage, `fresh` counts names that are new. */
export interface Stage {
  readonly chance: Chance
  readonly memory: Memory
  readonly fixed: Readonly<Record<string, unknown>>
  readonly fresh: () => string
}

const hostile: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  2 ** 53,
  4294967296,
  1.5,
  true,
  [],
  {},
  [null],
  [[]],
  { a: { b: [] } },
  'null',
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\ud800',
  '名前',
  '🚀'.repeat(40),
  'a'.repeat(129),
  'a'.repeat(70_000),
  "' OR 1=1 --",
  '999.999.999.999',
  '10.0.0.0/33',
  '0.0.0.0/0',
  '-1',
  '1e9',
  'NaN',
  '__proto__',
  'constructor',
  '2020-13-45',
  '9223372036854775808',
  '::1',
  '[::1]:80',
  'default',
]

/** One hostile value. */
export function hostileValue(chance: Chance): unknown {
  return chance.pick(hostile)
}

/** Text by what a member is called; a function gives a new one each time. */
const byName: Readonly<Record<string, (stage: Stage) => unknown>> = {
  cidr: ({ chance }) => `10.${chance.below(200)}.${chance.below(250)}.0/24`,
  cidr_in_vpc: ({ chance }) => `172.${16 + chance.below(16)}.${chance.below(250)}.0/24`,
  destination: ({ chance }) => `10.${chance.below(200)}.0.0/24`,
  nexthop: ({ chance }) => `10.${chance.below(200)}.0.9`,
  ip: ({ chance }) => `10.71.0.${1 + chance.below(250)}`,
  url: ({ chance }) => `10.71.0.${1 + chance.below(250)}:5432`,
  address: ({ chance }) => `10.71.0.${1 + chance.below(250)}:5432`,
  service: ({ chance }) => chance.pick(['rds', 'DWS', 'ct', 'CSS']),
  sql: ({ chance }) =>
    chance.pick(['SELECT 1 AS one', 'SELECT 1', 'SELECT count(*) AS n FROM kept.visits', 'CREATE DATABASE IF NOT EXISTS kept']),
  currentdb: () => 'default',
  queue_name: ({ chance, fixed }) => chance.pick([fixed['queue_name'], fixed['queue_name'], 'second']),
  action: ({ chance }) => chance.pick(['scale_out', 'scale_in', 'restart', 'create', 'delete', 'grant', 'revoke', 'update']),
  kind: () => 'none',
  datasource_type: () => 'passwd',
  resource_type: ({ chance }) => chance.pick(['dli_queue', 'dli_enhanced_connection', 'dli_database']),
  direction: ({ chance }) => chance.pick(['ingress', 'egress']),
  ethertype: () => 'IPv4',
  protocol: ({ chance }) => chance.pick(['tcp', 'postgresql']),
  status: () => 'ACTIVE',
  order: () => 'queue_name_asc',
  queue_type: () => 'sql',
  engine: () => 'spark',
  engine_type: () => 'spark',
  platform: () => 'x86_64',
  feature: () => 'basic',
  type: () => 'ecs',
  impact_start_time: () => '00:00',
  impact_stop_time: () => '24:00',
  repeat_day: () => 'MONDAY',
  object: () => 'databases.kept',
  tags: () => undefined,
  privileges: () => undefined,
}

/** A sensible value for a member. `names` are what it may be remembered under, most telling first. */
export function sensibleValue(stage: Stage, name: string, schema: Schema, names: readonly string[] = [name]): unknown {
  const { chance, fixed, memory } = stage
  if (name in fixed && (name === 'project_id' || chance.is(0.9))) return fixed[name]
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return chance.pick(schema.enum)
  if (schema.anyOf !== undefined) return sensibleValue(stage, name, chance.pick(schema.anyOf), names)
  const type = Array.isArray(schema.type) ? chance.pick(schema.type as readonly string[]) : schema.type
  if (type === 'object') return sensibleObject(stage, schema)
  if (type === 'array') return Array.from({ length: chance.below(3) }, () => sensibleValue(stage, singular(name), schema.items ?? {}))
  if (type === 'integer' || type === 'number') return number(chance, name, schema)
  if (type === 'boolean') return chance.is(0.5)
  if (byName[name] !== undefined) return byName[name](stage)
  return memory.recall(chance, names) ?? stage.fresh()
}

function number(chance: Chance, name: string, schema: Schema): number {
  if (/cu$|cu_count/.test(name)) return chance.pick([16, 32, 64])
  const least = schema.minimum ?? 0
  return least + chance.below(Math.min(schema.maximum ?? least + 5, least + 50) - least + 1)
}

/** Required members always, the others half of the time. */
export function sensibleObject(stage: Stage, schema: Schema): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [member, inner] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(member) === true
    if (!isRequired && stage.chance.is(0.6)) continue
    const isNewName =
      member === 'name' || (member.endsWith('_name') && isRequired && !(member in stage.fixed) && byName[member] === undefined)
    const value = isNewName ? stage.fresh() : sensibleValue(stage, member, inner)
    if (value !== undefined) made[member] = value
  }
  return made
}

function singular(name: string): string {
  return name === 'queues' ? 'queue_name' : name.replace(/s$/, '')
}
