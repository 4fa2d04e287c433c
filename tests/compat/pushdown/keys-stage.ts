// A PostgreSQL, a MariaDB and one engine before them that sends keys however few rows there are.

import type { Crossing } from '@tributary/rules'
import { type KeyRule, usualKeyRule } from '../../../packages/query/src/engines/duckdb/key-order.ts'
import type { OpenableTable } from '../../../packages/query/src/source.ts'
import { type MariadbServer, startMariadb } from '../../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts'
import { openableOf, tableOf } from '../../servers/sources.ts'
import { mariadbSetup } from './mariadb-stage.ts'
import { firstSetup, firstTables, secondTables } from './tables.ts'
import { openWays, type Outcome, type Way } from './ways.ts'

/** What a query answered, and what crossed for it. */
export interface KeyedOutcome extends Outcome {
  readonly crossings: readonly Crossing[]
}

/** The servers and the engine. */
export interface KeysStage extends AsyncDisposable {
  readonly postgres: PostgresServer
  readonly mariadb: MariadbServer
  run(sql: string, way: Way, signal?: AbortSignal): Promise<KeyedOutcome>
}

/** Asks for keys of readings of any size. */
export const anyKeyRule: KeyRule = { ...usualKeyRule, leastTaken: 0, leastRatio: 0 }

/** What each server is filled with, besides the tables that every stage has, and what else is read there. */
export interface MoreTables {
  readonly postgres?: { readonly setup: string; readonly tables: typeof firstTables }
  readonly mariadb?: { readonly setup: string; readonly tables: typeof firstTables }
  /** Absent: keys are asked for wherever they can be. */
  readonly rule?: KeyRule
}

/** Which of the tables lie at MariaDB; the others are PostgreSQL's. */
const atMariadb = new Set(['parts', 'buyers', 'nothing', 'towns'])

/** Starts everything; some seconds. */
export async function openKeysStage({ postgres: first, mariadb: second, rule = anyKeyRule }: MoreTables = {}): Promise<KeysStage> {
  const [postgres, mariadb] = await Promise.all([
    startPostgres({ databases: { shop: `${firstSetup}${first?.setup ?? ''}` }, settings: { log_statement: 'all' } }),
    startMariadb({ databases: { shop: `${mariadbSetup}${second?.setup ?? ''}` } }),
  ])
  const shared = Object.entries({ ...firstTables, ...secondTables })
  const tables = [
    ...shared.filter(([name]) => !atMariadb.has(name)).map((entry) => atPostgres(entry, postgres)),
    ...Object.entries(first?.tables ?? {}).map((entry) => atPostgres(entry, postgres)),
    ...shared.filter(([name]) => atMariadb.has(name)).map((entry) => inMariadb(entry, mariadb)),
    ...Object.entries(second?.tables ?? {}).map((entry) => inMariadb(entry, mariadb)),
  ]
  const ways = await openWays({ servers: [postgres, mariadb], tables, rule })
  const run = async (sql: string, way: Way, signal?: AbortSignal): Promise<KeyedOutcome> => {
    const answer = await ways.run(sql, way, signal)
    return { ...answer, sent: answer.crossings.map(({ text }) => text) }
  }
  return { postgres, mariadb, run, [Symbol.asyncDispose]: () => ways[Symbol.asyncDispose]() }
}

type Entry = readonly [name: string, columns: Readonly<Record<string, string>>]

function atPostgres([name, columns]: Entry, server: PostgresServer): OpenableTable {
  return openableOf({ ...tableOf(name, columns), login: 'login' }, server)
}

function inMariadb([name, columns]: Entry, server: MariadbServer): OpenableTable {
  return openableOf({ ...tableOf(name, columns, { host: '10.72.0.5', connector: 'mysql', schema: 'shop' }), login: 'login' }, server)
}
