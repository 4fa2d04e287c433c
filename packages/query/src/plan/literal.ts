// Constants as data, apart from any language that writes them.

import type { ColumnType } from '@tributary/rules'

/** A typed constant. Decimals, dates (`2024-01-31`) and timestamps (`2024-01-31 10:00:00.123456`) are text; bigint is a bigint. */
export interface Literal {
  readonly type: ColumnType
  readonly value: string | number | bigint | boolean
}
