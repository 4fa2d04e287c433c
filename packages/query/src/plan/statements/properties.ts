// `OPTIONS (…)` and `TBLPROPERTIES (…)`: keys and values, of which some are secrets that no message may repeat.

import { isSecretKey, ServiceError, say, type Text } from '@tributary/rules'
import { isKnownOption } from '../../sources/jdbc.ts'
import type { StatementReader } from './statement-reader.ts'

/** Keys and values as a statement gives them. */
export type Properties = Readonly<Record<string, string>>

/**
 * Reads the list behind OPTIONS; values are strings.
 * @returns keys in lower case, values verbatim
 * @throws {ServiceError} `syntax`; `invalid` for a key that is given twice
 */
export function readOptions(reader: StatementReader): Properties {
  return readPairs(reader, { fold: true, value: (named) => reader.string(say`the value of ${named} as a string, for instance 'text'`) })
}

/**
 * Reads the list behind TBLPROPERTIES; values are strings, numbers or booleans.
 * @returns keys as written
 * @throws {ServiceError} `syntax`; `invalid` for a key that is given twice
 */
export function readProperties(reader: StatementReader): Properties {
  const value = (named: Text): string => {
    const isBare = reader.peek().kind === 'number' || reader.isWord('TRUE') || reader.isWord('FALSE')
    return isBare ? reader.next().value.toLowerCase() : reader.string(say`the value of ${named} as a string, for instance 'text'`)
  }
  return readPairs(reader, { fold: false, value })
}

interface PairForm {
  /** Whether keys are lowered. */
  readonly fold: boolean
  readonly value: (named: Text) => string
}

function readPairs(reader: StatementReader, { fold, value }: PairForm): Properties {
  const pairs = new Map<string, string>()
  reader.list(() => {
    // From a secret key to the comma behind its value: what stands there may be the secret, out of its quotes.
    reader.hideWhatStands(false)
    const written = readKey(reader)
    const key = fold ? written.toLowerCase() : written
    reader.hideWhatStands(isSecretOption(key))
    if (pairs.has(key)) throw new ServiceError('invalid', say`${optionNamed(key)} is given twice`)
    reader.acceptSymbol('=')
    pairs.set(key, value(optionNamed(key)))
  })
  reader.hideWhatStands(false)
  return Object.fromEntries(pairs)
}

/** A string, or words joined by dots: `'url'`, `url`, `es.nodes`. */
export function readKey(reader: StatementReader): string {
  if (reader.peek().kind === 'string') return reader.next().value
  let key = reader.name(say`an option name`)
  while (reader.acceptSymbol('.')) key += `.${reader.name(say`the rest of the option name`)}`
  return key
}

/** The rule that hides values in stored statements decides here too; among options a user is half of a login. */
function isSecretOption(key: string): boolean {
  return isSecretKey(key) || key.toLowerCase() === 'user'
}

/** What is no option's name may be a password in the place of one: it is not repeated. */
function optionNamed(key: string): Text {
  return isKnownOption(key) ? say`option ${key}` : say`an option`
}
