// What is said at a door, line by line, before the bytes of a stream begin and after they have ended.
//
//   program                                door
//     ── {"host":"orders-db","port":5432} ──>
//     <── {"rung":{…}} ……………………………………………    one line for each step of the dial
//     <── {"open":7}  or {"failure":{…}}       after `open`, the bytes of the source, both ways
//     ── {"why":7} ──> (another connection)    after the end: was it the source's, or a cut?
//     <── {"end":null} (in order), {"end":"reset"} or {"end":{…}} (the reason of a cut)

import type { Endpoint, ErrorKind, Rung, Text } from '@tributary/rules'

/** An error as a line carries it. */
export interface DoorFailure {
  readonly kind: ErrorKind
  readonly text: Text
}

/** What is asked in the first line of a connection. */
export type DoorQuestion = Endpoint | { readonly why: number }

/** What a line says before the bytes begin, or instead of them. */
export type DoorLine = { readonly rung: Rung } | { readonly open: number } | { readonly failure: DoorFailure } | { readonly end: DoorEnd }

/** How a stream ended: in order, broken off, or cut for a reason. */
export type DoorEnd = DoorFailure | 'reset' | null

/** What the system takes for the path of a socket file, on every system. */
export const longestDoorPath = 103
