// What one job may read over one connection, all its scans together: counted where batches arrive, whichever thread they arrive at.

import { ServiceError, say, type TableId } from '@tributary/rules'

/** What one job may read over one connection; an absent limit is none. */
export interface ReadBudget {
  readonly connectionName: string
  /** The tables that are read over it. */
  readonly tables: readonly TableId[]
  readonly rows: number | undefined
  readonly bytes: number | undefined
}

/** A budget and what has been used of it; threads share the counts. */
export interface Allowance {
  readonly budget: ReadBudget
  /** Rows, then bytes, as 64-bit numbers. */
  readonly used: SharedArrayBuffer
}

/** For one run. */
export function allowancesOf(budgets: readonly ReadBudget[]): readonly Allowance[] {
  return budgets.map((budget) => ({ budget, used: new SharedArrayBuffer(16) }))
}

/** What a batch takes of a budget. */
export interface Spent {
  readonly rowCount: number
  readonly sizeBytes: number
  /** What its reading has taken with it. */
  readonly reading: { readonly rows: number; readonly bytes: number }
}

/**
 * Counts a batch before it goes on.
 * @param place - the table and where it is read, for the message
 * @throws {ServiceError} `exhausted` for the batch that is over the budget
 */
export function spend({ budget, used }: Allowance, place: string, { rowCount, sizeBytes, reading }: Spent): void {
  const counts = new BigInt64Array(used)
  const rows = Number(Atomics.add(counts, 0, BigInt(rowCount))) + rowCount
  const bytes = Number(Atomics.add(counts, 1, BigInt(sizeBytes))) + sizeBytes
  if (budget.rows !== undefined && rows > budget.rows)
    throw new ServiceError(
      'exhausted',
      say`${place}: the job reads more than the ${budget.rows} rows that it may read over connection ${budget.connectionName} (${reading.rows} of them here): filter or aggregate so that fewer cross, or ask the installation owner for more (connection-job-rows)`,
    )
  if (budget.bytes !== undefined && bytes > budget.bytes)
    throw new ServiceError(
      'exhausted',
      say`${place}: the job reads more than the ${budget.bytes} bytes that it may read over connection ${budget.connectionName} (${reading.bytes} of them here): name fewer columns, filter or aggregate so that fewer cross, or ask the installation owner for more (connection-job-bytes)`,
    )
}
