// Nothing that is not on the list gets past the reading of a statement, and each refusal names what it refuses: the attack list, and every function of DuckDB.

import { ServiceError } from '@tributary/rules'
import { afterAll, describe, expect, it } from 'vitest'
import { planningDatabase, sampleTable } from '../../packages/query/src/plan/sample-planning.ts'
import { parseStatement, planQuery } from '../../packages/query/src/plan/steps.ts'
import { readSourceOptions } from '../../packages/query/src/sources/jdbc.ts'
import { attacks, hidingPlaces, reachingCalls } from './attack-themes.ts'

const planning = await planningDatabase()
afterAll(() => planning.close())
const tables = [sampleTable('shop', 'orders', { a: 'int', b: 'string' })]
const refusals = new Set(['syntax', 'semantic', 'unsupported', 'invalid', 'notFound', 'exhausted'])

/** Reads a statement as far as it can be without a source: what would be planned is planned, what would be declared is checked. */
async function attempt(sql: string): Promise<string> {
  const statement = await parseStatement(sql, 'shop')
  const inner = statement.kind === 'explain' ? statement.statement : statement
  if (inner.kind === 'createTable' && inner.using === 'jdbc') readSourceOptions(inner.using, inner.options)
  if (inner.kind === 'query') await plan(statement.kind === 'explain' ? sql.replace(/^\s*EXPLAIN\s+/i, '') : sql)
  else if ('query' in inner) await plan(inner.query)
  return namesOf(inner)
}

async function plan(sql: string): Promise<void> {
  await planQuery({ sql, currentDatabase: 'shop', tables, database: planning.database })
}

/** A statement of the catalog is refused by what it names, once the catalog is asked: its names are those of the caller's project. */
function namesOf(statement: object): string {
  const names = Object.values(statement).filter((value) => typeof value === 'object' && value !== null && 'database' in value)
  const foreign = (names as readonly { readonly database: string; readonly name: string }[]).filter(({ name }) => name !== 'orders')
  const [name] = foreign
  if (name === undefined) return 'accepted'
  return `only looked up in the project: ${name.database}.${name.name}`
}

/** The words of a refusal. @throws whatever is none: a bug, or an error of another kind */
async function refusal(sql: string): Promise<string> {
  try {
    return await attempt(sql)
  } catch (error) {
    if (error instanceof ServiceError && refusals.has(error.kind)) return error.message
    throw new Error(`${sql} was not refused but failed`, { cause: error })
  }
}

/** What Spark has under the name of one of DuckDB's functions, beside what SHOW FUNCTIONS lists: a relation, and functions that take functions. */
const offeredBesides: readonly string[] = ['range', 'aggregate', 'filter', 'transform', 'exists', 'forall', 'reduce', 'zip_with']

const nameOf = (call: string): string => /^\w+/.exec(call)?.[0] ?? ''

describe('the attack list', () => {
  it.each(attacks.map(({ theme, sql, names }) => [theme, sql.slice(0, 120), sql, names] as const))(
    '%s: %s',
    async (_theme, _shown, sql, names) => {
      expect(await refusal(sql)).toMatch(names)
    },
  )

  it('has three hundred cases and more, hidden calls aside', () => {
    expect(attacks.length + reachingCalls.length).toBeGreaterThanOrEqual(300)
  })
})

describe('a call that reaches out', () => {
  it.each(reachingCalls)('%s is refused by name wherever it hides', async (call) => {
    const accepted: string[] = []
    for (const place of hidingPlaces) {
      const sql = place.replace('{}', () => call)
      const message = await refusal(sql)
      const isNamed = message.toLowerCase().includes(nameOf(call).toLowerCase())
      if (!isNamed && !isRefusedEarlier(message)) accepted.push(`${sql} → ${message}`)
    }
    expect(accepted).toEqual([])
  })
})

/** Places that are not offered themselves say so before anybody looks at what is in them. */
function isRefusedEarlier(message: string): boolean {
  return /is not offered|was not expected|LIMIT|does not exist|whitespace|character/.test(message) && !message.startsWith('accepted')
}

describe('the functions of the engine', () => {
  it('are refused by name unless they are on the list', async () => {
    const found = await planning.database.rows(
      'SELECT DISTINCT function_name AS name, function_type AS type FROM duckdb_functions() ORDER BY ALL',
    )
    const shown = await parseStatement('SHOW FUNCTIONS', 'shop')
    const offered = new Set([...('names' in shown ? (shown.names ?? []) : []), ...offeredBesides])
    expect(offered.size).toBeGreaterThan(100)
    const all = found.map(({ name, type }) => ({ name: String(name), type: String(type) }))
    const foreign = all.filter(({ name }) => /^[a-z_]\w*$/i.test(name) && !offered.has(name.toLowerCase()))
    expect(foreign.length).toBeGreaterThan(500)
    const unnamed: string[] = []
    for (const { name, type } of foreign) {
      const sql = type === 'table' || type === 'table_macro' ? `SELECT * FROM ${name}(1)` : `SELECT \`${name}\`(a) FROM shop.orders`
      const message = await refusal(sql)
      if (!message.toLowerCase().includes(name.toLowerCase()) || message.startsWith('accepted')) unnamed.push(`${sql} → ${message}`)
    }
    expect(unnamed).toEqual([])
  })
})
