// How well a source keeps a filter, from how well it keeps the parts of it: what every connector judges alike.

import type { Column, ColumnType } from '@tributary/rules'
import type { Filter, Literal } from '../plan/plan.ts'
import type { Offer } from './connector.ts'

/** What is compared with constants, and how; a list of constants is compared by `=`. */
type Comparison = Extract<Filter, { kind: 'comparison' }>['op']

/**
 * Judges a filter. Of parts that all must hold one that the source keeps is enough for it to send less; of alternatives it has to keep each. Whether a value
 * is null is taken for exact without asking: a source whose nulls are others (none, or the empty string) judges those filters by itself.
 * @param judge - of a column of this type against these constants; a column that is not there is kept by nobody
 */
export function offerOfParts(
  filter: Filter,
  columns: readonly Column[],
  judge: (type: ColumnType, values: readonly Literal[], op: Comparison) => Offer,
): Offer {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const offers = filter.filters.map((part) => offerOfParts(part, columns, judge))
      if (offers.every((offer) => offer === 'exact')) return 'exact'
      const isEnough = filter.kind === 'and' ? offers.some((offer) => offer !== 'none') : offers.every((offer) => offer !== 'none')
      return isEnough ? 'inexact' : 'none'
    }
    case 'isNull':
    case 'isNotNull':
      return 'exact'
    case 'comparison':
    case 'in':
    case 'keys': {
      const column = columns[filter.column]
      if (column === undefined) return 'none'
      return filter.kind === 'comparison' ? judge(column.type, [filter.value], filter.op) : judge(column.type, filter.values, '=')
    }
  }
}
