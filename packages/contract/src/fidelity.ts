// The ledger: every published operation and every one of our own, with how far it is real.

import { publishedOperations } from '../reference/operations.ts'
import { allOperations } from './operations.ts'

/** One line of the ledger. */
export interface FidelityEntry {
  readonly method: string
  readonly path: string
  readonly state: 'real' | 'partial' | 'absent'
  readonly note: string
  readonly witness: string
}

/** An operation that others publish. */
export interface PublishedOperation {
  readonly method: string
  readonly path: string
}

/** Two paths are one when they differ in the names of their parameters alone. */
export function routeKey(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{[^}]+\}/g, '{}')}`
}

const offered = new Set(allOperations.flatMap((operation) => operation.paths.map((path) => routeKey(operation.method, path))))

/** Published operations that are not on offer; calling one answers 501. */
export const absentOperations: readonly PublishedOperation[] = publishedOperations.filter(
  ({ method, path }) => !offered.has(routeKey(method, path)),
)

/** What is on offer first, then what is absent. */
export function fidelityLedger(): readonly FidelityEntry[] {
  const present = allOperations.flatMap(({ method, paths, fidelity }) => paths.map((path) => ({ method, path, ...fidelity })))
  const absent = absentOperations.map(({ method, path }) => ({
    method,
    path,
    state: 'absent' as const,
    note: 'not offered; answers 501',
    witness: '',
  }))
  return [...present, ...absent]
}
