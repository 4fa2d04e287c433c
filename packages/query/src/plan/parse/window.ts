// Windows: PARTITION BY, ORDER BY and the frame, behind OVER and in the WINDOW clause.

import { say } from '@tributary/rules'
import type { FrameBound, FrameSyntax, NamedWindow, OrderItem, WindowSyntax } from '../syntax.ts'
import type { Expressions } from './grammar.ts'
import { notOffered, type QueryReader } from './query-reader.ts'

/** Reads what stands behind OVER. */
export function readWindow(reader: QueryReader, expressions: Expressions): WindowSyntax {
  if (!reader.isSymbol('(')) return { kind: 'named', name: reader.name() }
  return reader.inParentheses((): WindowSyntax => {
    if (reader.isSymbol(')', 1) && reader.word() !== '') return { kind: 'named', name: reader.name() }
    const clustered = reader.accept('CLUSTER', 'BY') ? reader.list(() => expressions.expression(reader)) : undefined
    const hasParts = clustered === undefined && (reader.accept('PARTITION', 'BY') || reader.accept('DISTRIBUTE', 'BY'))
    const partitionBy = hasParts ? reader.list(() => expressions.expression(reader)) : (clustered ?? [])
    const hasOrder = reader.accept('ORDER', 'BY') || reader.accept('SORT', 'BY')
    const orderBy = hasOrder ? readOrder(reader, expressions) : []
    return { kind: 'window', partitionBy, orderBy, frame: readFrame(reader, expressions) }
  })
}

/** Reads `name AS (window), …` behind WINDOW. */
export function readNamedWindows(reader: QueryReader, expressions: Expressions): readonly NamedWindow[] {
  return reader.list(() => {
    const name = reader.name()
    reader.expect('AS')
    return { name, window: readWindow(reader, expressions) }
  })
}

/** Reads the items behind ORDER BY. */
export function readOrder(reader: QueryReader, { expression }: Expressions): readonly OrderItem[] {
  return reader.list(() => {
    const value = expression(reader)
    const descending = reader.accept('DESC')
    if (!descending) reader.accept('ASC')
    const nullsFirst = reader.accept('NULLS', 'FIRST') ? true : reader.accept('NULLS', 'LAST') ? false : undefined
    return { expression: value, descending, nullsFirst }
  })
}

function readFrame(reader: QueryReader, expressions: Expressions): FrameSyntax | undefined {
  if (reader.isPhrase('GROUPS')) throw notOffered('GROUPS')
  const unit = reader.accept('ROWS') ? 'ROWS' : reader.accept('RANGE') ? 'RANGE' : undefined
  if (unit === undefined) return undefined
  const hasBoth = reader.accept('BETWEEN')
  const start = readBound(reader, expressions)
  if (!hasBoth) return { unit, start, end: { kind: 'current' } }
  reader.expect('AND')
  return { unit, start, end: readBound(reader, expressions) }
}

function readBound(reader: QueryReader, { operand }: Expressions): FrameBound {
  if (reader.accept('CURRENT', 'ROW')) return { kind: 'current' }
  if (reader.accept('UNBOUNDED')) return { kind: 'unbounded', direction: readDirection(reader) }
  const offset = operand(reader)
  return { kind: 'offset', offset, direction: readDirection(reader) }
}

function readDirection(reader: QueryReader): 'PRECEDING' | 'FOLLOWING' {
  if (reader.accept('PRECEDING')) return 'PRECEDING'
  if (reader.accept('FOLLOWING')) return 'FOLLOWING'
  throw reader.unexpected(say`PRECEDING or FOLLOWING`)
}
