// What a connector says of its urls (their parameters, their drivers, how they write a table's name), and how such parameters are read.

import { ServiceError, say, type Text } from '@tributary/rules'
import type { JdbcSettings } from '../source.ts'
import { booleanOf, printable } from './option-values.ts'

/** How a connection is encrypted. */
export type Tls = JdbcSettings['tls']

/** Parameters of a url by their names in small letters; values as written, escapes undone. */
export type UrlParameters = ReadonlyMap<string, string>

/** One kind of database behind JDBC. */
export interface JdbcDialect {
  /** What stands between `jdbc:` and `://`. */
  readonly schemes: readonly string[]
  /** What the option `driver` may say; the first is what messages advise. */
  readonly drivers: readonly string[]
  /** Encloses a name that is not plain. */
  readonly quote: '"' | '`'
  readonly mostNameBytes: number
  /** Whether `dbtable` may name the database, so that the url need not. */
  readonly hasDatabaseInTable: boolean
  /** Parameters that say how a connection is encrypted; {@link JdbcDialect.readTls} reads them. */
  readonly tlsParameters: readonly string[]
  /** Parameters that change nothing here, with the values they may have. */
  readonly harmless: Readonly<Record<string, RegExp>>
  /** Names of what is offered, for messages. */
  readonly offered: string
  /** @throws {ServiceError} `invalid` */
  readTls(parameters: UrlParameters, scheme: string): Tls
}

/** How `dbtable` is written, for messages. */
export function tableForm({ hasDatabaseInTable }: JdbcDialect): Text {
  return hasDatabaseInTable ? say`as 'database.table' or 'table'` : say`as 'schema.table' or 'table'`
}

/**
 * Our own words for how a connection is encrypted, for sources that speak TLS from the first byte or not at all: none of them can be asked whether it has
 * TLS, so that `prefer` is not among them. A dialect's default is one of these.
 */
export const tlsModesAtOnce: Readonly<Record<Exclude<Tls, 'prefer'>, Tls>> = {
  disable: 'disable',
  require: 'require',
  'verify-full': 'verify-full',
}

/** The same for sources that answer whether they have TLS. */
export const tlsModes: Readonly<Record<Tls, Tls>> = { ...tlsModesAtOnce, prefer: 'prefer' }

/** How a connection is encrypted, by a parameter that says so in one word. @param modes - by the words, in small letters @throws {ServiceError} `invalid` for another word */
export function tlsModeOf(parameters: UrlParameters, name: string, modes: Readonly<Record<string, Tls>>): Tls | undefined {
  const value = parameters.get(name.toLowerCase())?.toLowerCase()
  if (value === undefined) return undefined
  if (Object.hasOwn(modes, value)) return modes[value]
  throw new ServiceError('invalid', say`option url: parameter ${name} takes ${Object.keys(modes).join(', ')}`)
}

/** A parameter that is a switch; without a value it is on. @param key - in small letters. @param name - as messages write it. @throws {ServiceError} `invalid` */
export function switchOf(parameters: UrlParameters, key: string, name: string): boolean | undefined {
  const value = parameters.get(key)
  return value === undefined ? undefined : booleanOf(`option url: parameter ${name}`, value === '' ? 'true' : value)
}

/** How a url is written, for messages. */
export function urlForm({ schemes: [scheme = ''] }: JdbcDialect): Text {
  return say`write it as '${`jdbc:${scheme}://host:port/database`}', with one host and its port`
}

/**
 * Checks a parameter of a url.
 * @param name - as written
 * @throws {ServiceError} `invalid` for one that is not offered, or not with this value, which is never repeated
 */
export function checkParameter({ tlsParameters, harmless, offered }: JdbcDialect, name: string, value: string): void {
  const key = name.toLowerCase()
  if (tlsParameters.includes(key)) return
  if (Object.hasOwn(harmless, key)) {
    if (harmless[key]?.test(value) === true) return
    throw new ServiceError('invalid', say`option url: parameter ${name} does not take this value`)
  }
  if (key === 'user' || key === 'password')
    throw new ServiceError('invalid', say`option url: parameter ${key} is not offered; give the login by passwdauth`)
  throw new ServiceError('invalid', say`option url: parameter ${printable(name)} is not offered; offered are ${offered}`)
}
