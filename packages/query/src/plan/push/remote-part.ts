// A part of FROM that one source could answer by itself, and what its columns are there.

import { type ColumnType, isColumnType, say, type Text } from '@tributary/rules'
import type { CatalogTable, SourceTable } from '../../source.ts'
import type { Field } from '../scope.ts'
import { placed, type RemoteExpression, type RemoteInside, type RemoteQuery, type RemoteRelation, shifted } from './remote-query.ts'
import { Stays } from './stays.ts'

/** What a source could be asked for in place of a relation's text. */
export interface RemotePart {
  /** All of one source: same kind, endpoint, database and credentials. */
  readonly tables: readonly SourceTable[]
  readonly from: readonly RemoteRelation[]
  readonly filter: readonly RemoteExpression[]
  /** By the text of the relation's fields; one that the source cannot compute is not in here. */
  readonly columns: ReadonlyMap<string, RemoteExpression>
  /** The readings that its text names. */
  readonly handles: readonly string[]
}

/** What a block gives, column by column, to whatever reads it; columns that only we compute have nothing here. */
export interface HandedOn extends Omit<RemotePart, 'columns'> {
  readonly outputs: readonly (RemoteExpression | undefined)[]
}

/** A subquery with tables of its own, by their positions. */
export interface Inside {
  /** All of one source. */
  readonly tables: readonly SourceTable[]
  readonly inside: RemoteInside
  /** Its one column; absent where it has several, or one that is computed here. */
  readonly output: RemoteExpression | undefined
  /** Texts of columns of the query around it: the first of them stands in it as a column of table -1, the next of -2. */
  readonly around: readonly string[]
}

/** A column of a reading, by its position. */
export interface Place {
  readonly handle: string
  readonly column: number
}

/** What building remote queries needs of planning. */
export interface Pushing {
  /** Whether the source means the same by a query. @returns why not, or nothing */
  readonly offer: (query: RemoteQuery) => Text | undefined
  /** Puts a query in the place of tables. @returns the handle of its reading */
  readonly read: (query: RemoteQuery) => string
  /** Gives a reading a query of the same columns. */
  readonly refine: (handle: string, query: RemoteQuery) => void
  /** Notes that a reading needs no rows but those whose column has a value that another's column has. */
  readonly takeKeys: (taker: Place, giver: Place) => void
  /** Notes why readings are not part of a larger query. */
  readonly note: (handles: readonly string[], why: Text) => void
}

/** A source table as a part of its own. */
export function partOfTable(table: CatalogTable, handle: string, fields: readonly Field[]): RemotePart | undefined {
  if (!isSourceTable(table)) return undefined
  const columns = fields.map(({ sql }, column) => [sql, columnAt(column, (table.columns[column] as { type: ColumnType }).type)] as const)
  return { tables: [table], from: [{ kind: 'table', relation: 0 }], filter: [], columns: new Map(columns), handles: [handle] }
}

function columnAt(column: number, type: ColumnType): RemoteExpression {
  return { kind: 'column', relation: 0, column, type }
}

/** Whether a table's rows live behind a connection. */
export function isSourceTable(table: CatalogTable): table is SourceTable {
  return 'connector' in table
}

/** Whether one session can read both: credentials that are no auth-info belong to one table alone. */
export function isSameSource(one: Pick<RemotePart, 'tables'>, other: Pick<RemotePart, 'tables'>): boolean {
  return keyOf(one) === keyOf(other)
}

function keyOf({ tables: [table] }: Pick<RemotePart, 'tables'>): string {
  if (table === undefined) return ''
  const { connector, settings, login, id } = table
  return JSON.stringify([connector, settings.endpoint, settings.database, settings.tls, login ?? { id }])
}

/** Two parts of one source side by side, in every pair of their rows. */
export function besides(one: RemotePart, other: RemotePart): RemotePart {
  const moved = movedBehind(one, other)
  return {
    tables: [...one.tables, ...other.tables],
    from: [...one.from, ...moved.from],
    filter: [...one.filter, ...moved.filter],
    columns: new Map([...one.columns, ...moved.columns]),
    handles: [...one.handles, ...other.handles],
  }
}

/** A part with its tables counted on from those of another. */
export function movedBehind(one: RemotePart, other: RemotePart): RemotePart {
  const by = one.tables.length
  return {
    ...other,
    from: other.from.map((relation) => placed(relation, (position) => position + by)),
    filter: other.filter.map((condition) => shifted(condition, by)),
    columns: new Map([...other.columns].map(([sql, expression]) => [sql, shifted(expression, by)])),
  }
}

/** The query that gives the fields of a relation, in their order. @throws {Stays} for a field that the source does not compute */
export function queryOf(part: RemotePart, fields: readonly Field[]): RemoteQuery {
  const outputs = fields.map(({ sql, name, type }, index) => {
    const expression = part.columns.get(sql)
    if (expression === undefined || !isColumnType(type)) throw new Stays(say`${name} is not a column of its source`)
    return { name: `c${index}`, expression }
  })
  const { tables, from, filter } = part
  return { tables, from, filter, groupBy: undefined, having: [], outputs, orderBy: [], limit: undefined }
}

/**
 * The fields of one reading in the order in which it gives them: FROM may name its tables in another.
 * @throws {Stays} where they are not all of its columns
 */
export function inReadingOrder(fields: readonly Field[]): readonly Field[] {
  const placeOf = ({ sql }: Field): number => Number(/^r\d+\.c(\d+)$/.exec(sql)?.[1] ?? Number.NaN)
  const sorted = fields.toSorted((one, other) => placeOf(one) - placeOf(other))
  if (sorted.some((field, index) => placeOf(field) !== index))
    throw new Stays(say`columns of a reading that are left out are looked at here`)
  return sorted
}

/** A relation's fields once they come from one reading, `r9.c0`, `r9.c1` .., and what they are at the source. */
export function fieldsOfReading(
  part: RemotePart,
  fields: readonly Field[],
  { alias, handle }: { readonly alias: string; readonly handle: string },
): { readonly fields: readonly Field[]; readonly remote: RemotePart } {
  const moved = fields.map((field, index) => ({ ...field, sql: `${alias}.c${index}` }))
  const columns = moved.map(({ sql }, index) => [sql, part.columns.get((fields[index] as Field).sql) as RemoteExpression] as const)
  return { fields: moved, remote: { ...part, columns: new Map(columns), handles: [handle] } }
}

/** The tables that an expression looks at, by their positions; not those of a query inside of it. */
export function tablesOf(expression: RemoteExpression): ReadonlySet<number> {
  const [found, own] = [new Set<number>(), new Set<number>()]
  const look = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(look)
    if (typeof value !== 'object' || value === null) return
    const node = value as Readonly<Record<string, unknown>>
    if (node['kind'] === 'column') found.add(Number(node['relation']))
    if (node['kind'] === 'table') own.add(Number(node['relation']))
    for (const [key, part] of Object.entries(node)) if (key !== 'type' && key !== 'value') look(part)
  }
  look(expression)
  return found.difference(own)
}
