// The sources on offer, as a plain list: importing a file registers nothing.

import { ServiceError, say } from '@tributary/rules'
import type { Connector } from './connector.ts'
import { mysqlConnector } from './mysql/index.ts'
import { postgresqlConnector } from './postgresql/index.ts'

/** Every connector, in the order in which messages name them. */
export const connectors: readonly Connector[] = [postgresqlConnector, mysqlConnector]

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
