// Key lists: what a reading is asked for besides, once it is known which values its rows can meet.
//
//   ⟦orders⟧ that meets people by buyer = id, people has 3, 7 and 9   →   ⟦orders where buyer in (3, 7, 9)⟧, shown as: buyer in (keys from shop.people (3))

import type { ColumnType } from '@tributary/rules'
import type { Literal } from '../literal.ts'
import type { Filter, Scan, SourceScan } from '../plan.ts'
import { isIntegral } from '../spark-types.ts'
import { type RemoteExpression, type RemoteQuery, sameExpression } from './remote-query.ts'
import { outputText, tableText } from './remote-text.ts'

/** The keys that one column of a reading has, each once, nulls left out. */
export interface Keys {
  /** As text, in their order; absent where they are too many to list. */
  readonly values: readonly string[] | undefined
  /** The least and the greatest, where there is any. */
  readonly ends: readonly [string, string] | undefined
  readonly count: number
}

/** What a reading is called where its keys are shown: its table, or those of its query. */
export function originOf({ table, remote }: Scan): string {
  if (remote === undefined) return `${table.name.database}.${table.name.name}`
  return remote.tables.map((_table, relation) => tableText(remote, relation)).join(', ')
}

/** What EXPLAIN says of the keys that a reading may be asked for; which, if any, is known when the statement runs. @param scans - by their handles */
export function keyNotes({ table, remote, keysFrom = [] }: Scan, scans: ReadonlyMap<string, Scan>): readonly string[] {
  const notes = keysFrom.flatMap(({ column, giver }) => {
    const from = scans.get(giver.handle)
    const name = remote === undefined ? table.columns[column]?.name : outputText(remote, column)
    return from === undefined || name === undefined
      ? []
      : [`asked for ${name} among the keys from ${originOf(from)} alone, where those are few`]
  })
  return [...new Set(notes)]
}

/**
 * Asks a scan for the rows that meet keys alone. Whoever joins them looks again, so rows that are sent besides do no harm.
 * @param column - a position in the columns of the scan's table
 * @returns `nothing` where no row of it can meet any key; `undefined` where its source cannot be asked for them
 */
export function withKeys(scan: Scan, column: number, keys: Keys, from: string): Scan | 'nothing' | undefined {
  const type = scan.table.columns[column]?.type as ColumnType | undefined
  if (type === undefined || !isKeyType(type)) return undefined
  if (keys.count === 0) return 'nothing'
  const values = keys.values?.map((text) => fitted(text, type)).filter((text) => text !== undefined)
  if (values?.length === 0) return 'nothing'
  const isRange = values === undefined || isUnbroken(values, type)
  const asked = isRange ? endsOf(values, keys, type) : values
  if (asked === undefined) return undefined
  return asking(scan, {
    kind: 'keys',
    column,
    values: asked.map((value) => literalOf(value, type)),
    from: { table: from, count: keys.count, ...(isRange ? { isRange } : {}) },
  })
}

/** A scan as it is shown: the keys that it is asked with are data of another table. */
export function hidingKeys(scan: SourceScan): SourceScan {
  const { filters, remote } = scan
  const hidden = filters.map((filter) => (filter.kind === 'keys' ? { ...filter, values: [] } : filter))
  if (remote === undefined) return { ...scan, filters: hidden }
  const conditions = remote.filter.map((condition) => (condition.kind === 'keys' ? { ...condition, values: [] } : condition))
  return { ...scan, filters: hidden, remote: { ...remote, filter: conditions } }
}

/** Types whose values are equal everywhere where they are equal in Spark. */
export function isKeyType(type: ColumnType): boolean {
  return isIntegral(type) || type.kind === 'decimal' || type.kind === 'date' || type.kind === 'string'
}

type KeyFilter = Extract<Filter, { kind: 'keys' }>

/** Sources have orders of their own for strings, so that a range of them says nothing. @returns `undefined` for those, and for ends that the column cannot have */
function endsOf(values: readonly string[] | undefined, { ends }: Keys, type: ColumnType): readonly string[] | undefined {
  const [least, greatest] = values === undefined ? (ends ?? []) : [values[0], values.at(-1)]
  if (type.kind === 'string' || least === undefined || greatest === undefined) return undefined
  const [from, to] = [fitted(least, type), fitted(greatest, type)]
  return from === undefined || to === undefined ? undefined : [from, to]
}

/** A few whole numbers without a gap are the same as a range, which is shorter and read faster. */
function isUnbroken(values: readonly string[], type: ColumnType): boolean {
  const [least, greatest] = [values[0], values.at(-1)]
  if (!isIntegral(type) || values.length < 3 || least === undefined || greatest === undefined) return false
  return BigInt(greatest) - BigInt(least) === BigInt(values.length - 1)
}

const bounds: Readonly<Record<string, bigint>> = { tinyint: 2n ** 7n, smallint: 2n ** 15n, int: 2n ** 31n, bigint: 2n ** 63n }

/** @returns the text of a value as a column has it; `undefined` for one that no row of the column can have */
function fitted(text: string, type: ColumnType): string | undefined {
  if (!isIntegral(type) && type.kind !== 'decimal') return text
  const [whole = '', fraction = ''] = text.split('.')
  const digits = fraction.replace(/0+$/, '')
  if (type.kind === 'decimal') return digits.length > type.scale ? undefined : digits === '' ? whole : `${whole}.${digits}`
  const bound = bounds[type.kind] as bigint
  const value = BigInt(whole)
  return digits === '' && value >= -bound && value < bound ? value.toString() : undefined
}

function literalOf(text: string, type: ColumnType): Literal {
  if (type.kind === 'bigint') return { type, value: BigInt(text) }
  return { type, value: isIntegral(type) ? Number(text) : text }
}

function asking(scan: Scan, filter: KeyFilter): Scan | undefined {
  const { remote } = scan
  if (remote === undefined) return { ...scan, filters: [...scan.filters, filter] }
  const condition = conditionOf(filter, remote)
  return condition === undefined ? undefined : { ...scan, remote: { ...remote, filter: [...remote.filter, condition] } }
}

/** Rows may be left out before they are grouped where whole groups go with them, and never before they are counted off. */
function conditionOf({ column, values, from }: KeyFilter, { outputs, groupBy, limit }: RemoteQuery): RemoteExpression | undefined {
  const operand = outputs[column]?.expression
  if (operand === undefined || limit !== undefined) return undefined
  if (groupBy !== undefined && !groupBy.some((key) => sameExpression(key, operand))) return undefined
  return { kind: 'keys', operand, values, from, type: { kind: 'boolean' } }
}
