// The connectors of all sources on offer, with their drivers: for threads that speak to sources, and for EXPLAIN.

import { ServiceError, say } from '@tributary/rules'
import type { Connector } from './connector.ts'
import { sourceKinds } from './index.ts'

/** Every connector, in the order of the list. */
export const connectors: readonly Connector[] = await Promise.all(sourceKinds.map(({ load }) => load()))

/** @throws {ServiceError} `unsupported`, naming what is on offer */
export function getConnector(kind: string): Connector {
  const connector = connectors.find((candidate) => candidate.kind === kind)
  if (connector === undefined) {
    throw new ServiceError(
      'unsupported',
      say`source kind ${kind} is not offered; use one of ${connectors.map((each) => each.kind).join(', ')}`,
    )
  }
  return connector
}
