// Which files a filter can leave out, by the one value that each partition column has in a file. When in doubt a file is read.

import type { ResultColumn } from '@tributary/rules'
import type { Filter, Literal } from '../plan/plan.ts'
import type { WarehouseFile, WarehouseTable } from '../source.ts'

/** False when no row of a file can pass the filter. */
export function mayHold(
  filter: Filter,
  file: Pick<WarehouseFile, 'partition'>,
  table: Pick<WarehouseTable, 'columns' | 'partitionColumns'>,
): boolean {
  if ('filters' in filter)
    return filter.kind === 'and'
      ? filter.filters.every((part) => mayHold(part, file, table))
      : filter.filters.some((part) => mayHold(part, file, table))
  const column = table.columns[filter.column] as ResultColumn
  const at = table.partitionColumns.indexOf(column.name)
  const value = file.partition[at]
  if (value === undefined) return true
  if (filter.kind === 'isNull') return value === null
  if (filter.kind === 'isNotNull' || value === null) return value !== null
  if ('values' in filter) return filter.values.some((wanted) => compared('=', value, wanted))
  return !('op' in filter) || compared(filter.op, value, filter.value)
}

/** True where nothing is known against it: types whose text is not their value are not compared. */
function compared(op: '=' | '<>' | '<' | '<=' | '>' | '>=', text: string, wanted: Literal): boolean {
  const order = orderOf(text, wanted)
  if (order === undefined) return true
  const holds = { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }
  return holds[op]
}

function orderOf(text: string, { type, value }: Literal): number | undefined {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return compareIntegers(text, value)
    case 'string':
      // DuckDB, like Spark, orders text by its bytes.
      return Buffer.compare(Buffer.from(text), Buffer.from(String(value)))
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? compareTexts(text, String(value)) : undefined
    case 'boolean':
      return compareTexts(text, String(value))
    default:
      return undefined
  }
}

function compareIntegers(text: string, value: Literal['value']): number | undefined {
  if (!/^-?\d+$/.test(text) || !/^-?\d+$/.test(String(value))) return undefined
  const [one, other] = [BigInt(text), BigInt(String(value))]
  return one < other ? -1 : one > other ? 1 : 0
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
