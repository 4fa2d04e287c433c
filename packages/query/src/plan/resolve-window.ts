// OVER: partitions, order and frame as text and as Spark names them.
//
//   OVER (PARTITION BY k ORDER BY v)   →   OVER (PARTITION BY r0.c0 ORDER BY r0.c1 ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)

import { intervalUnits, ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { type IntervalSyntax, lengthOf, readInterval } from './intervals.ts'
import { isIntegral, isNumeric, typeName, type SparkType } from './spark-types.ts'
import { checkedTarget } from './order-target.ts'
import { hasEvenDays, isUtc, sessionZone } from './session-zone.ts'
import type { ExpressionSyntax, FrameBound, FrameSyntax, NamedWindow, OrderItem, WindowSyntax } from './syntax.ts'

/** A window as it stands behind a call. */
export interface Window {
  /** ` OVER (…)` */
  readonly sql: string
  /** As Spark writes it in a column's name, from OVER on. */
  readonly name: string
  /** Everything that it reads. */
  readonly parts: readonly Bound[]
}

/** How a function wants its window: ranking functions have one frame, and need an order. */
export interface WindowNeeds {
  readonly name: string
  readonly frame: 'any' | 'fixed'
  /** Of a fixed frame, where it is not that of the ranks. */
  readonly frameName: string | undefined
  readonly needsOrder: boolean
}

/** How to read what stands in a window. */
export interface WindowReading {
  readonly resolve: (syntax: ExpressionSyntax) => Bound
  /** Of the WINDOW clause. */
  readonly named: readonly NamedWindow[]
}

/** Resolves what stands behind OVER. @throws {ServiceError} `semantic` for a frame that the function does not take, or one without the order it needs */
export function resolveWindow(syntax: WindowSyntax, needs: WindowNeeds, { resolve, named }: WindowReading): Window {
  const window = opened(syntax, named)
  const partitions = window.partitionBy.map(resolve)
  const order = window.orderBy.map((item) => ({ item, bound: checkedTarget(resolve(item.expression)) }))
  if (needs.needsOrder && order.length === 0)
    throw new ServiceError(
      'semantic',
      say`Window function ${needs.name} requires window to be ordered, please add ORDER BY clause. For example SELECT ${needs.name}(value_expr) OVER (PARTITION BY window_partition ORDER BY window_ordering) from table`,
    )
  const frame = frameOf(window.frame, needs, order)
  const names = [
    ...(partitions.length === 0 ? [] : [`PARTITION BY ${partitions.map(({ name }) => name).join(', ')}`]),
    ...(order.length === 0 ? [] : [`ORDER BY ${order.map(({ item, bound }) => `${bound.name} ${direction(item)}`).join(', ')}`]),
    frame.name,
  ]
  const texts = [
    ...(partitions.length === 0 ? [] : [`PARTITION BY ${partitions.map(({ sql }) => sql).join(', ')}`]),
    ...(order.length === 0 ? [] : [`ORDER BY ${order.map(({ item, bound }) => `${bound.sql} ${direction(item)}`).join(', ')}`]),
    ...(frame.sql === undefined ? [] : [frame.sql]),
  ]
  return {
    sql: ` OVER (${texts.join(' ')})`,
    name: `OVER (${names.join(' ')})`,
    parts: [...partitions, ...order.map(({ bound }) => bound)],
  }
}

/** NULL is the smallest value in Spark. */
function direction({ descending, nullsFirst }: OrderItem): string {
  return `${descending ? 'DESC' : 'ASC'} NULLS ${(nullsFirst ?? !descending) ? 'FIRST' : 'LAST'}`
}

function opened(syntax: WindowSyntax, named: readonly NamedWindow[]): Extract<WindowSyntax, { kind: 'window' }> {
  let window = syntax
  for (let depth = 0; window.kind === 'named'; depth += 1) {
    const { name } = window
    const found = named.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (found === undefined || depth > named.length)
      throw new ServiceError('semantic', say`Window specification ${name} is not defined in the WINDOW clause.`)
    window = found.window
  }
  return window
}

interface Ordered {
  readonly item: OrderItem
  readonly bound: Bound
}

interface Frame {
  /** Absent where DuckDB has its own. */
  readonly sql: string | undefined
  readonly name: string
}

const running = { unit: 'RANGE', start: { kind: 'unbounded', direction: 'PRECEDING' }, end: { kind: 'current' } } as const
const whole = {
  unit: 'ROWS',
  start: { kind: 'unbounded', direction: 'PRECEDING' },
  end: { kind: 'unbounded', direction: 'FOLLOWING' },
} as const
const ranking = { unit: 'ROWS', start: { kind: 'unbounded', direction: 'PRECEDING' }, end: { kind: 'current' } } as const

function frameOf(written: FrameSyntax | undefined, needs: WindowNeeds, order: readonly Ordered[]): Frame {
  if (needs.frame === 'fixed') return fixedFrame(written, needs)
  const frame: FrameSyntax = written ?? (order.length > 0 ? running : whole)
  checkDirection(frame)
  const [start, end] = [frame.start, frame.end].map((bound) => boundOf(bound, frame.unit, order)) as [Bounded, Bounded]
  return { sql: `${frame.unit} BETWEEN ${start.sql} AND ${end.sql}`, name: `${frame.unit} BETWEEN ${start.name} AND ${end.name}` }
}

/** A written frame has to be the one that the function has anyway. */
function fixedFrame(written: FrameSyntax | undefined, needs: WindowNeeds): Frame {
  if (written !== undefined && JSON.stringify(written) !== JSON.stringify(ranking))
    throw new ServiceError('semantic', say`the frame of ${needs.name} cannot be chosen; leave it out`)
  return { sql: undefined, name: needs.frameName ?? 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW' }
}

function checkDirection({ start, end }: FrameSyntax): void {
  const isBackwards =
    (start.kind === 'unbounded' && start.direction === 'FOLLOWING') ||
    (end.kind === 'unbounded' && end.direction === 'PRECEDING') ||
    (start.kind === 'current' && end.kind === 'offset' && end.direction === 'PRECEDING') ||
    (start.kind === 'offset' &&
      start.direction === 'FOLLOWING' &&
      end.kind !== 'unbounded' &&
      (end.kind === 'current' || end.direction === 'PRECEDING'))
  if (isBackwards) throw new ServiceError('semantic', say`a window frame ends before it starts`)
}

interface Bounded {
  readonly sql: string
  readonly name: string
}

function boundOf(bound: FrameBound, unit: FrameSyntax['unit'], order: readonly Ordered[]): Bounded {
  if (bound.kind === 'current') return { sql: 'CURRENT ROW', name: 'CURRENT ROW' }
  if (bound.kind === 'unbounded') return { sql: `UNBOUNDED ${bound.direction}`, name: `UNBOUNDED ${bound.direction}` }
  const offset = bound.offset as ExpressionSyntax
  const { sql, name } = unit === 'ROWS' ? rowOffset(offset) : rangeOffset(offset, order)
  // Spark keeps an offset before the row as a negative number.
  return { sql: `${sql} ${bound.direction}`, name: `${name} ${bound.direction}` }
}

function rowOffset(offset: ExpressionSyntax): Bounded {
  const text = offset.kind === 'literal' && offset.type === 'number' ? offset.text : ''
  if (!/^\d{1,9}$/.test(text)) throw new ServiceError('unsupported', say`a ROWS frame takes whole numbers written out, of at most 9 digits`)
  return { sql: text, name: String(Number(text)) }
}

function rangeOffset(offset: ExpressionSyntax, order: readonly Ordered[]): Bounded {
  const [only] = order
  if (only === undefined || order.length > 1)
    throw new ServiceError('semantic', say`a RANGE frame with an offset needs exactly one expression in ORDER BY`)
  const { type } = only.bound
  if (offset.kind === 'interval' && type.kind === 'timestamp') return momentOffset(offset)
  const text = offset.kind === 'literal' && offset.type === 'number' && /^\d+(?:\.\d+)?$/.test(offset.text) ? offset.text : ''
  if (text === '' || (!isNumeric(type) && type.kind !== 'date'))
    throw new ServiceError('unsupported', say`a RANGE frame over ${typeName(type)} takes a number or an interval written out`)
  return { sql: rangeText(text, type), name: text }
}

/** Days and months of a frame are those of the session's calendar. */
function momentOffset(syntax: IntervalSyntax): Bounded {
  const interval = readInterval(syntax)
  const length = lengthOf(interval)
  const isShort = hasEvenDays() || (length < intervalUnits.day && length > -intervalUnits.day)
  if (isUtc() || (interval.span !== 'months' && isShort)) return interval
  throw new ServiceError(
    'unsupported',
    say`a RANGE frame of days or months over timestamps is not offered in the time zone ${sessionZone().name}; write it in hours, or order by a date`,
  )
}

function rangeText(text: string, type: SparkType): string {
  if (type.kind === 'date') return `INTERVAL '${text} days'`
  if (isIntegral(type) && text.includes('.'))
    throw new ServiceError('semantic', say`a RANGE frame over ${typeName(type)} takes whole numbers, and ${text} is none`)
  const number: Bound = { sql: text, type, name: text, constant: undefined, loose: [], hasAggregate: false, columnName: undefined }
  return castTo({ ...number, type: { kind: text.includes('.') ? 'double' : 'int' } }, type).sql
}
