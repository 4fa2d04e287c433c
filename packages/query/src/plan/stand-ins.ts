// The query over empty tables, optimised by DuckDB and read back as data: what the optimiser pushed into each scan is what a source may be asked.
//
//   SELECT … FROM (SELECT "id" AS c0 FROM "s_…") AS r0 WHERE r0.c0 > 5   →   the plan's scan of s_…: column 0, filter > 5

import { ServiceError, say } from '@tributary/rules'
import { placeholder } from './placeholder.ts'
import type { Occurrence } from './resolving.ts'
import { duckType, quoteName, quoteString } from './spark-types.ts'

/** A DuckDB connection that planning may use. Its instance must not be the one that runs the query: planning turns optimiser rules off while it works. */
export interface PlanningDatabase {
  run(sql: string): Promise<void>
  rows(sql: string): Promise<readonly Record<string, unknown>[]>
}

/** Rules that move filters and columns into scans. All others are off: some fold empty tables away, others make plans that cannot be written out. */
const neededRules = new Set(['expression_rewriter', 'filter_pullup', 'filter_pushdown', 'unused_columns', 'deliminator', 'cte_inlining'])

/** What a plan that cannot be written out is tried with once more: it then numbers the columns of a UNION ALL whose rows are counted alone. */
const spareRule = 'build_side_probe_side'

const knownRules = new WeakMap<PlanningDatabase, readonly string[]>()

/**
 * Writes the query with a scan for each table.
 * @param used - the columns that are read, by handle; the others become NULL and cost nothing. All, when absent
 */
export function renderScans(
  sql: string,
  occurrences: readonly Occurrence[],
  used: ReadonlyMap<string, ReadonlySet<number>> | undefined,
): string {
  let text = sql
  for (const { handle, table } of occurrences) {
    const columns = table.columns.map(({ name, type }, index) => {
      const isUsed = used?.get(handle)?.has(index) ?? true
      return `${isUsed ? quoteName(name) : `CAST(NULL AS ${duckType(type)})`} AS c${index}`
    })
    text = text.replace(placeholder(handle), () => `(SELECT ${columns.join(', ')} FROM ${quoteName(handle)})`)
  }
  return text
}

/**
 * Optimises a query over stand-ins.
 * @returns DuckDB's plan as parsed JSON, or `undefined` when DuckDB cannot write it out
 * @throws {ServiceError} `semantic` when DuckDB refuses the query, `exhausted` when it has not the memory to plan it
 */
export async function optimise(sql: string, occurrences: readonly Occurrence[], database: PlanningDatabase): Promise<unknown> {
  const rules = await unneededRules(database)
  const serialised = async (): Promise<unknown> => {
    const rows = await database.rows(`SELECT json_serialize_plan(${quoteString(sql)}, optimize := true) AS plan`)
    return parsePlan(String(rows[0]?.['plan']))
  }
  try {
    await database.run([disabling(rules), ...occurrences.map(standIn)].join('; '))
    const plan = await serialised()
    if (plan !== undefined || occurrences.length === 0) return plan
    await database.run(disabling(rules.filter((rule) => rule !== spareRule)))
    return await serialised()
  } catch (error) {
    throw error instanceof Error && error.message.startsWith('Out of Memory Error') ? tooLarge(error) : error
  } finally {
    await database.run(
      ['RESET disabled_optimizers', ...occurrences.map(({ handle }) => `DROP TABLE IF EXISTS ${quoteName(handle)}`)].join('; '),
    )
  }
}

function disabling(rules: readonly string[]): string {
  return `SET disabled_optimizers = ${quoteString(rules.join(','))}`
}

function standIn({ handle, table }: Occurrence): string {
  const names = table.columns.map((column) => column.name.toLowerCase())
  const twice = table.columns.find((column, index) => names.indexOf(column.name.toLowerCase()) !== index)
  if (twice !== undefined)
    throw new ServiceError(
      'unsupported',
      say`table ${table.name.database}.${table.name.name} has columns that differ in case alone (${twice.name}); it cannot be read`,
    )
  return `CREATE TEMP TABLE ${quoteName(handle)} (${table.columns.map(({ name, type }) => `${quoteName(name)} ${duckType(type)}`).join(', ')})`
}

async function unneededRules(database: PlanningDatabase): Promise<readonly string[]> {
  const known = knownRules.get(database)
  if (known !== undefined) return known
  const rows = await database.rows('SELECT name FROM duckdb_optimizers()')
  const rules = rows.map((row) => String(row['name'])).filter((name) => !neededRules.has(name))
  knownRules.set(database, rules)
  return rules
}

/** DuckDB writes infinities bare, and whole numbers past 2^53: both are kept as text. */
function parsePlan(json: string): unknown {
  const readable = json.replace(/"value":(-?(?:Infinity|NaN|inf|nan)|-?\d{16,})(?=[,}\]])/gi, '"value":"$1"')
  let plan: { readonly error?: boolean; readonly error_type?: string; readonly error_message?: string }
  try {
    plan = JSON.parse(readable) as typeof plan
  } catch {
    return undefined
  }
  if (plan.error !== true) return plan
  if (plan.error_type === 'internal' || plan.error_type === 'not implemented') return undefined
  const cause = new Error(`${plan.error_type}: ${plan.error_message}`)
  if (plan.error_type === 'out of memory') throw tooLarge(cause)
  if (/Max expression depth/.test(cause.message))
    throw new ServiceError('exhausted', say`the statement is nested too deeply; split it`, { cause })
  throw new ServiceError('semantic', say`the query cannot be planned as it stands`, { cause })
}

/** Planning computes what is constant, and that may be of any size. */
function tooLarge(cause: Error): ServiceError {
  return new ServiceError(
    'exhausted',
    say`planning the statement needs more memory than it may take: make the values that it computes of constants shorter, take many numbers from range(n), or split it`,
    { cause },
  )
}
