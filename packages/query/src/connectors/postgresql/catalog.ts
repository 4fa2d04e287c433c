// What PostgreSQL's catalog says of a relation and its columns, asked before every scan: a table may have changed since the last.

import type pg from 'pg'
import type { Heap } from './parts.ts'
import { quoteText, type SourceColumn } from './types.ts'

/** A row of the answer; what it says of the relation is the same in each. */
interface CatalogRow {
  readonly name: string
  readonly type: string
  readonly base: string
  readonly kind: string
  readonly pages: number
  readonly version: number
  readonly typmod: number
  readonly shown: string
  readonly deterministic: boolean
}

/** A relation as the source has it now. */
export interface Relation {
  readonly columns: readonly SourceColumn[]
  readonly heap: Heap
}

/**
 * Asks for a relation. Working out how to answer takes the source three times as long as the answer: a session that is kept remembers it, as a statement by name.
 * @param relation - as SQL names it
 * @returns `undefined` where this user sees no such relation, or it has no columns
 * @throws what the source answered, what was lost
 */
export async function readRelation(client: pg.Client, relation: string): Promise<Relation | undefined> {
  const text = describeText(relation)
  const name = nameOf(client, text)
  const asked = client.query<CatalogRow>(name === undefined ? text : { name, text })
  const { rows } = await asked.catch((error: { readonly code?: unknown }) => {
    if (name === undefined || !lostStatement.has(String(error.code))) throw error
    named.set(client, undefined)
    return client.query<CatalogRow>(text)
  })
  const [heap] = rows
  return heap === undefined ? undefined : { columns: rows.map(sourceColumnOf), heap }
}

/** Statements that one session remembers: each takes some 50 kB at the source. */
const mostNamed = 8

/** A name that is not there, or is there already: a pooler in between gives each statement another session of the source. */
const lostStatement: ReadonlySet<string> = new Set(['26000', '42P05'])

/** The names of texts for each session; `undefined` where names are of no use. */
const named = new WeakMap<pg.Client, Map<string, string> | undefined>()

function nameOf(client: pg.Client, text: string): string | undefined {
  if (!named.has(client)) named.set(client, new Map())
  const names = named.get(client)
  if (names !== undefined && !names.has(text) && names.size < mostNamed) names.set(text, `tributary_columns_${names.size + 1}`)
  return names?.get(text)
}

/** Domains are read as what they are based on; `collisdeterministic` is looked up by name, as versions before 12 have none. */
function describeText(relation: string): string {
  return `select a.attname as name, coalesce(b.typname, t.typname) as type, coalesce(b.typtype, t.typtype) as base,
  case when b.oid is null then a.atttypmod else t.typtypmod end as typmod, pg_catalog.format_type(a.atttypid, a.atttypmod) as shown,
  coalesce((pg_catalog.to_jsonb(c) ->> 'collisdeterministic')::bool, true) as deterministic,
  r.relkind as kind, r.relpages as pages, pg_catalog.current_setting('server_version_num')::int as version
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
join pg_catalog.pg_class r on r.oid = a.attrelid
left join pg_catalog.pg_type b on t.typtype = 'd' and b.oid = t.typbasetype
left join pg_catalog.pg_collation c on c.oid = a.attcollation
where a.attrelid = pg_catalog.to_regclass(${quoteText(relation)}) and a.attnum > 0 and not a.attisdropped
order by a.attnum`
}

function sourceColumnOf(row: CatalogRow): SourceColumn {
  // A modifier counts a header of 4: the length of a string, or a numeric's precision and scale; the scale is an 11-bit number with a sign since version 15.
  const packed = row.typmod - 4
  const digits =
    row.type === 'numeric' && row.typmod >= 4 ? { precision: packed >> 16, scale: ((packed & 0x7ff) ^ 1024) - 1024 } : undefined
  const mostCharacters = (row.type === 'varchar' || row.type === 'bpchar') && row.typmod >= 4 ? packed : undefined
  const { name, type, shown, deterministic: isDeterministic } = row
  return { name, type, isEnum: row.base === 'e', shown, digits, mostCharacters, isDeterministic }
}
