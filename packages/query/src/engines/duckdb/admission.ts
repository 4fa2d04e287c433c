// What a run asks the server before it goes to its sources, and what it tells of them: the server alone knows what all queues do over a connection.

import type { TableId } from '@tributary/rules'

/** How opening a session went: it stands, nothing answered there, or the login was refused. */
export type Opening = 'open' | 'dial' | 'login'

/**
 * `enter` asks for every scan of a plan at once (`reads`, one entry for each) and for what is opened without being read (`others`), so that no two jobs
 * wait for each other; `more` asks for further readers of a table and never waits; `again` tells of a scan that is read a second time, which must not wait;
 * `leave` gives readers of a table back; `opened` tells how opening a session went.
 */
export type Asked =
  | { readonly kind: 'enter'; readonly reads: readonly TableId[]; readonly others: readonly TableId[] }
  | { readonly kind: 'more'; readonly table: TableId; readonly most: number }
  | { readonly kind: 'again'; readonly table: TableId }
  | { readonly kind: 'leave'; readonly table: TableId; readonly readers: number }
  | { readonly kind: 'opened'; readonly table: TableId; readonly opening: Opening }

/**
 * Answers what a run asks; the number is that of readers given to `more`, and nothing for the others.
 * @throws {ServiceError} where a source is not to be tried, or the run reads by more sessions than a connection allows
 */
export type Admit = (asked: Asked) => Promise<number>

/** Lets everybody do everything. */
export const admitAll: Admit = async (asked) => (asked.kind === 'more' ? asked.most : 0)
