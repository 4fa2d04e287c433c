// Calls every operation with sensible and with hostile values, over valid signatures, and holds each answer against what the contract allows.

import { sampleAccount, type TributaryServer } from '../../servers/tributary.ts'
import { type Answer, signedCall } from '../seeds/signed-call.ts'
import { type FuzzedOperation, type Parameter, readOperations } from './document.ts'
import { Memory } from './memory.ts'
import { Chance } from './random.ts'
import { recipes } from './recipes.ts'
import type { Scenario } from './scenarios.ts'
import { keptTables } from './stage.ts'
import { hostileValue, sensibleObject, sensibleValue, type Stage } from './values.ts'

/** How often an operation answered what. */
export interface Tally {
  readonly operation: FuzzedOperation
  readonly statuses: Map<number, number>
  /** The newest sensible call that was refused, and how: what to look at when an operation is never answered well. */
  refused: string
}

/** An answer that no contract allows. */
export interface Violation {
  readonly call: string
  readonly status: number
  readonly why: string
  readonly body: string
}

/** `calls` in all, spread so that operations with few successes get more. */
export interface FuzzOptions {
  readonly seed: number
  readonly calls: number
  readonly fixed: Readonly<Record<string, unknown>>
  readonly onProgress: (done: number) => void
}

/** Statuses of the contract's table (page 00, section 7), successes aside. */
const allowed = new Set([400, 401, 403, 404, 405, 409, 413, 415, 429, 501])

/** Empty tallies, one for each operation of the running server's document. */
export async function openTallies(endpoint: string): Promise<readonly Tally[]> {
  const operations = await readOperations(endpoint)
  return operations.map((operation) => ({ operation, statuses: new Map<number, number>(), refused: '' }))
}

/** Runs the calls one after another, what an answer taught is known to the next; counts them in `tallies`. */
export async function fuzz(server: TributaryServer, tallies: readonly Tally[], options: FuzzOptions): Promise<readonly Violation[]> {
  const chance = new Chance(options.seed)
  let names = 0
  const stage: Stage = {
    chance,
    memory: new Memory([...Object.values(options.fixed), ...keptTables]),
    fixed: options.fixed,
    fresh: () => `n${options.seed}_${names++}`,
  }
  const violations: Violation[] = []
  for (let done = 0; done < options.calls; done++) {
    const tally = chance.is(0.5) ? neediest(chance, tallies) : chance.pick(tallies)
    const call = buildCall(stage, tally.operation)
    const answer = await signedCall(server.endpoint, sampleAccount, call)
    tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1)
    const sent = `${call.method} ${call.path} ${call.body.slice(0, 300)}`
    const body = JSON.stringify(answer.body)?.slice(0, 300) ?? ''
    const why = violationOf(tally.operation, answer)
    if (why !== undefined) violations.push({ call: sent, status: answer.status, why, body })
    if (answer.status >= 300 && !call.isHostile) tally.refused = `${sent} -> ${body}`
    if (answer.status < 300) stage.memory.learn(tally.operation.noun, answer.body)
    stage.memory.learn('headers', { subject_token: answer.headers['x-subject-token'] })
    if (done % 500 === 0) options.onProgress(done)
  }
  return violations
}

/** Tells each story as often as an operation must succeed, and counts the call that it is told for. @throws {Error} at a call that is refused */
export async function tellScenarios(scenarios: readonly Scenario[], tallies: readonly Tally[], times: number): Promise<void> {
  for (const scenario of scenarios) {
    const tally = tallies.find(({ operation }) => operation.id === scenario.operation)
    if (tally === undefined) throw new Error(`no operation is called ${scenario.operation}`)
    for (let number = 0; number < times; number++) await scenario.run(number)
    tally.statuses.set(scenario.status, (tally.statuses.get(scenario.status) ?? 0) + times)
  }
}

/** How many calls of an operation succeeded. */
export function successes({ statuses }: Tally): number {
  return [...statuses].reduce((sum, [status, count]) => sum + (status < 300 ? count : 0), 0)
}

function neediest(chance: Chance, tallies: readonly Tally[]): Tally {
  const some = Array.from({ length: 8 }, () => chance.pick(tallies))
  return some.reduce((least, tally) => (successes(tally) < successes(least) ? tally : least))
}

interface BuiltCall {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly isHostile: boolean
}

function buildCall(stage: Stage, operation: FuzzedOperation): BuiltCall {
  // Wrong passwords lock the account, and with it the rest of the run.
  const isHostile = stage.chance.is(0.35) && !/Token$|Password$/.test(operation.id)
  const query = new URLSearchParams()
  const headers: Record<string, string> = {}
  let path = operation.path
  for (const parameter of operation.parameters) {
    const value = isHostile && stage.chance.is(0.3) ? hostileValue(stage.chance) : parameterValue(stage, operation, parameter)
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(shown(value)) || '%20')
    else if (parameter.name === 'x-subject-token')
      headers[parameter.name] = headerText(stage.memory.recall(stage.chance, ['headers.subject_token']))
    else if (parameter.in === 'query' && (parameter.required === true || stage.chance.is(0.3))) query.set(parameter.name, shown(value))
  }
  const text = query.size > 0 ? `${path}?${query.toString().replaceAll('+', '%20')}` : path
  return { method: operation.method, path: text, body: buildBody(stage, operation, isHostile), headers, isHostile }
}

/** Under which members of which resource the values of a path parameter are seen, where its name does not say it. */
const whereKnown: Readonly<Record<string, readonly string[]>> = {
  connection_id: ['connections.connection_id'],
  'classic-connections connection_id': ['classic-connections.connection_id'],
  'pools name': ['pools.elastic_resource_pool_name'],
  'connection-routes name': ['connection-routes.name', 'connections.name'],
  user_id: ['users.id'],
  role_id: ['roles.id'],
  access_key: ['access-keys.access'],
  subnet_id: ['subnets.id'],
  security_group_id: ['security-groups.id'],
  auth_info_name: ['auth-infos.auth_info_name'],
  plan_id: ['queue-plans.id'],
  job_id: ['jobs.job_id'],
  peering_id: ['vpc-peerings.id', 'connections.peer_id'],
}

function headerText(value: string | number | undefined): string {
  return value === undefined ? 'none' : String(value)
}

function parameterValue(stage: Stage, { noun, method, path }: FuzzedOperation, { name, schema }: Parameter): unknown {
  const isDeleted = method === 'DELETE' && path.endsWith(`{${name}}`)
  // Two nouns share a name of a parameter, and the stage's own value is of the other one.
  const own = whereKnown[`${noun} ${name}`]
  const plain = name.replace(/^[a-z_]+_(id|name)$/, '$1')
  const names = own ?? whereKnown[name] ?? [`${noun}.${name}`, name, `${noun}.${plain}`, `${noun.replace(/^.*-/, '')}.${plain}`]
  const seen = isDeleted || own !== undefined ? stage.memory.recall(stage.chance, names) : undefined
  return seen ?? (isDeleted ? stage.fresh() : sensibleValue(stage, name, schema, names))
}

/** A value as a path or a query carries it; lone surrogates, which UTF-8 cannot carry, are replaced. */
function shown(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed().slice(0, 2000)
}

function buildBody(stage: Stage, operation: FuzzedOperation, isHostile: boolean): string {
  if (operation.body === undefined) return isHostile && stage.chance.is(0.2) ? '{}' : ''
  const recipe = recipes[operation.id.replace(/_v\d.*$/, '')]
  const sensible = recipe !== undefined && (!isHostile || stage.chance.is(0.5)) ? recipe(stage) : sensibleObject(stage, operation.body)
  if (!isHostile) return JSON.stringify(sensible)
  if (stage.chance.is(0.05)) return stage.chance.pick(['{', '[]', 'null', '"x"', '{"a":}', '\u0000', '{"__proto__":{"x":1}}'])
  return JSON.stringify(spoiled(stage.chance, sensible)) ?? ''
}

/** The value with one of its members, at any depth, replaced or left out. */
function spoiled(chance: Chance, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || chance.is(0.15)) return hostileValue(chance)
  if (Array.isArray(value)) return value.map((item, at) => (at === 0 ? spoiled(chance, item) : item))
  const members = Object.keys(value)
  if (members.length === 0) return { [String(hostileValue(chance))]: hostileValue(chance) }
  const chosen = chance.pick(members)
  const rest = value as Record<string, unknown>
  if (chance.is(0.2)) return Object.fromEntries(Object.entries(rest).filter(([member]) => member !== chosen))
  return { ...rest, [chosen]: spoiled(chance, rest[chosen]) }
}

function violationOf({ success, method }: FuzzedOperation, { status, headers, body }: Answer): string | undefined {
  if (headers['x-request-id'] === undefined) return 'no X-Request-Id'
  if (status === success || status === 200) return undefined
  if (status < 300) return `answered ${status} where ${success} is published`
  if (!allowed.has(status)) return `status ${status} is on no table`
  // An answer to HEAD has no body.
  return method === 'HEAD' || isEnvelope(body) ? undefined : 'the error is in no published envelope'
}

/** DLI's and VPC v3's pair, VPC v1's pair, or IAM's nested one; both parts non-empty. */
function isEnvelope(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  const plain = body as Record<string, unknown>
  const nested = plain['error'] as Record<string, unknown> | undefined
  const filled = (one: unknown, other: unknown) => Boolean(one) && typeof other === 'string' && other !== ''
  return (
    filled(plain['error_code'], plain['error_msg']) ||
    filled(plain['code'], plain['message']) ||
    filled(nested?.['code'], nested?.['message'])
  )
}
