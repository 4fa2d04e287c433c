// OPTIONS of a JDBC table to settings: every key and every URL parameter is known here, or refused by name.
//
//   'url'='jdbc:postgresql://10.71.0.5:5432/shop?sslmode=require', 'dbtable'='public.orders'   →   { endpoint, database: 'shop', schema: 'public', table: 'orders', tls: 'require' }
//
// The server process imports this file: it may load neither a parser nor a driver.

import { parseEndpoint, ServiceError, say, silence, type Text } from '@tributary/rules'
import type { Credentials, JdbcSettings } from '../source.ts'
import { sourceKinds } from '../connectors/index.ts'
import { checkParameter, type JdbcDialect, tableForm, type UrlParameters, urlForm } from './jdbc-dialects.ts'
import { booleanOf, decoded, isName, printable } from './option-values.ts'

/** What a table's OPTIONS say. Exactly one of `authInfoName` and `credentials` is there, or neither. */
export interface SourceOptions {
  /** Which connector reads the table, for instance `postgresql`. */
  readonly connector: string
  readonly settings: JdbcSettings
  /** The auth-info named by `passwdauth`. */
  readonly authInfoName: string | undefined
  /** Plain `user` and `password`; to be sealed before they are stored. */
  readonly credentials: Credentials | undefined
}

type Options = Readonly<Record<string, string>>

const knownKeys = [
  'url',
  'driver',
  'dbtable',
  'passwdauth',
  'encryption',
  'user',
  'password',
  'partitionColumn',
  'lowerBound',
  'upperBound',
  'numPartitions',
  'fetchsize',
  'batchsize',
  'truncate',
  'isolationLevel',
]

/**
 * Reads the OPTIONS of `USING <using>`.
 * @param using - the kind of source, in any case
 * @param options - keys in any case, values verbatim
 * @throws {ServiceError} `invalid` naming the key and what to write; `unsupported` for kinds and databases that have no connector. No message holds a password.
 */
export function readSourceOptions(using: string, options: Options): SourceOptions {
  if (using.toLowerCase() !== 'jdbc') throw new ServiceError('unsupported', say`USING ${using.toUpperCase()} is not offered; offered: JDBC`)
  const unknown = Object.keys(options).find((key) => keyNamed(knownKeys, key) === undefined)
  if (unknown !== undefined) throw unknownKey(unknown)
  const known = lowerCaseKeys(options)
  checkWriteOptions(known)
  const place = readUrl(required(known, 'url', say`for instance 'jdbc:postgresql://10.71.0.5:5432/postgres'`))
  checkDriver(place, known['driver'])
  const settings: JdbcSettings = {
    endpoint: place.endpoint,
    ...readTable(known, place),
    tls: place.tls,
    fetchSize: wholeNumber(known, 'fetchsize', 1, 1_000_000) ?? 1000,
    ...readPartitions(known),
    ...(known['truncate'] === undefined ? {} : { truncate: booleanOf('option truncate', known['truncate']) }),
  }
  return { connector: place.connector, settings, ...readLogin(known) }
}

/** True for the name of an option that is read here, in any case: what messages may repeat. */
export function isKnownOption(key: string): boolean {
  return keyNamed(knownKeys, key) !== undefined
}

function keyNamed(keys: readonly string[], key: string): string | undefined {
  return keys.find((name) => name.toLowerCase() === key.toLowerCase())
}

/** Options that Spark has for JDBC and that are not on offer here. */
const otherKeys = [
  'query',
  'prepareQuery',
  'queryTimeout',
  'sessionInitStatement',
  'cascadeTruncate',
  'createTableOptions',
  'createTableColumnTypes',
  'customSchema',
  'pushDownPredicate',
  'pushDownAggregate',
  'pushDownLimit',
  'pushDownTableSample',
  'keytab',
  'principal',
  'refreshKrb5Config',
  'connectionProvider',
]

/** What was written is never repeated: it may be a password in the place of a name. */
function unknownKey(key: string): ServiceError {
  const known = say`known are ${knownKeys.join(', ')}`
  const other = keyNamed(otherKeys, key)
  if (other !== undefined) return new ServiceError('invalid', say`option ${other} is not offered for JDBC; ${known}`)
  const near = knownKeys.find((name) => isNear(name.toLowerCase(), key.toLowerCase()))
  const hint = near === undefined ? silence : say` (is it ${near}?)`
  return new ServiceError('invalid', say`an option is not known for JDBC${hint}; ${known}`)
}

/** True when two letters added, left out or changed turn one into the other. */
function isNear(name: string, written: string): boolean {
  let row = Array.from({ length: written.length + 1 }, (_none, index) => index)
  if (written.length > name.length + 2) return false
  for (const [index, letter] of name.split('').entries()) {
    const next = [index + 1]
    for (let at = 1; at <= written.length; at += 1)
      next.push(Math.min((row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, (row[at - 1] ?? 0) + (written[at - 1] === letter ? 0 : 1)))
    row = next
  }
  return (row.at(-1) ?? 0) <= 2
}

function lowerCaseKeys(options: Options): Options {
  const lower = new Map<string, string>()
  for (const [key, value] of Object.entries(options)) {
    if (lower.has(key.toLowerCase())) throw new ServiceError('invalid', say`option ${printable(key)} is given twice`)
    lower.set(key.toLowerCase(), value)
  }
  return Object.fromEntries(lower)
}

function required(options: Options, key: string, example: Text): string {
  const value = options[key]?.trim()
  if (value === undefined || value === '') throw new ServiceError('invalid', say`option ${key} is missing; write it, ${example}`)
  return value
}

/** Where a url leads, and the kind of database it names. */
interface Place extends Pick<JdbcSettings, 'endpoint' | 'tls'> {
  readonly connector: string
  readonly dialect: JdbcDialect
  readonly scheme: string
  /** Empty where the url names none. */
  readonly database: string
}

function readUrl(url: string): Place {
  const scheme = /^jdbc:([a-z]+):/i.exec(url)?.[1]?.toLowerCase() ?? ''
  const found = sourceKinds.find(({ dialect: { schemes } }) => schemes.includes(scheme))
  const [first] = sourceKinds
  if (found === undefined)
    throw new ServiceError('invalid', say`option url is not understood; ${first === undefined ? silence : urlForm(first.dialect)}`)
  const { kind: connector, dialect } = found
  const { hasDatabaseInTable, mostNameBytes } = dialect
  const form = urlForm(dialect)
  const parts = (hasDatabaseInTable ? optionalDatabase : requiredDatabase).exec(url)
  if (parts === null) throw new ServiceError('invalid', say`option url is not understood; ${form}`)
  const [, address = '', name = '', query = ''] = parts
  if (address.includes('@')) throw new ServiceError('invalid', say`option url may not hold a user or a password; give them by passwdauth`)
  if (address.includes(',')) throw new ServiceError('invalid', say`option url: several hosts are not offered; write one host:port`)
  const endpoint = parseEndpoint(address)
  if (endpoint === undefined) throw new ServiceError('invalid', say`option url is not understood; ${form}`)
  const database = decoded(name)
  if ((database === '' && !hasDatabaseInTable) || !isName(database, mostNameBytes))
    throw new ServiceError('invalid', say`option url names no database; ${form}`)
  return { connector, dialect, scheme, endpoint, database, tls: dialect.readTls(readParameters(dialect, query), scheme) }
}

const requiredDatabase = /^jdbc:\w+:\/\/([^/?#]*)\/([^/?#]*)(?:\?([^#]*))?$/
const optionalDatabase = /^jdbc:\w+:\/\/([^/?#]*)(?:\/([^/?#]*))?(?:\?([^#]*))?$/

function readParameters(dialect: JdbcDialect, query: string): UrlParameters {
  const parameters = new Map<string, string>()
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [rawName = '', ...rest] = part.split('=')
    const name = decoded(rawName)
    const value = decoded(rest.join('='))
    if (parameters.has(name.toLowerCase())) throw new ServiceError('invalid', say`option url: parameter ${printable(name)} is given twice`)
    checkParameter(dialect, name, value)
    parameters.set(name.toLowerCase(), value)
  }
  return parameters
}

function checkDriver({ dialect: { drivers }, scheme }: Place, driver: string | undefined): void {
  if (driver === undefined || drivers.includes(driver.trim())) return
  throw new ServiceError('invalid', say`option driver does not fit the url; write '${drivers[0] ?? ''}' for jdbc:${scheme}`)
}

/** `table` or `schema.table`, each part plain or quoted; a query in parentheses is not a table. Where a schema is a database, it stands for one that the url leaves out. */
function readTable(options: Options, { dialect, database }: Place): Pick<JdbcSettings, 'database' | 'schema' | 'table'> {
  const { quote, mostNameBytes, hasDatabaseInTable } = dialect
  const text = required(options, 'dbtable', tableForm(dialect))
  const part = `(${quote}(?:[^${quote}]|${quote}${quote})+${quote}|[^\\s."'\`();]+)`
  const parts = new RegExp(`^(?:${part}\\.)?${part}$`).exec(text)
  const [schema, table] = [unquoted(parts?.[1], quote), unquoted(parts?.[2], quote)]
  if (table === undefined || !isName(table, mostNameBytes) || (schema !== undefined && !isName(schema, mostNameBytes)))
    throw new ServiceError('invalid', say`option dbtable is not the name of a table; write it ${tableForm(dialect)}`)
  const place = hasDatabaseInTable && database === '' ? schema : database
  if (place === undefined)
    throw new ServiceError('invalid', say`option dbtable names no database, and the url does not either; write it as 'database.table'`)
  return { database: place, schema, table }
}

function unquoted(name: string | undefined, quote: string): string | undefined {
  return name?.startsWith(quote) === true ? name.slice(1, -1).replaceAll(`${quote}${quote}`, quote) : name
}

function readLogin(options: Options): Pick<SourceOptions, 'authInfoName' | 'credentials'> {
  const authInfoName = options['passwdauth']?.trim()
  const { user, password } = options
  if (authInfoName !== undefined) {
    if (authInfoName === '')
      throw new ServiceError('invalid', say`option passwdauth is empty; write the name of an auth-info of kind passwd`)
    if (options['encryption']?.trim().toLowerCase() !== 'true')
      throw new ServiceError('invalid', say`option encryption is required beside passwdauth; write 'encryption'='true'`)
    if (user !== undefined || password !== undefined)
      throw new ServiceError('invalid', say`options user and password do not go with passwdauth; leave them out`)
    return { authInfoName, credentials: undefined }
  }
  if (options['encryption'] !== undefined) booleanOf('option encryption', options['encryption'])
  if (user === undefined && password === undefined) return { authInfoName: undefined, credentials: undefined }
  if (user === undefined || user === '')
    throw new ServiceError('invalid', say`option user is missing beside password; write both, or passwdauth`)
  if (password === undefined) throw new ServiceError('invalid', say`option password is missing beside user; write both, or passwdauth`)
  return { authInfoName: undefined, credentials: { user, password } }
}

/** Options of parallel reading go together. */
function readPartitions(options: Options): Pick<JdbcSettings, 'partitions'> {
  const keys = ['partitionColumn', 'lowerBound', 'upperBound', 'numPartitions']
  const given = keys.filter((key) => options[key.toLowerCase()] !== undefined)
  if (given.length === 0) return {}
  const missing = keys.find((key) => !given.includes(key))
  if (missing !== undefined) throw new ServiceError('invalid', say`option ${missing} is missing: ${keys.join(', ')} go together`)
  const column = required(options, 'partitioncolumn', say`as the name of a numeric column`)
  if (!isName(column)) throw new ServiceError('invalid', say`option partitionColumn is not the name of a column`)
  const lower = bound(options, 'lowerBound')
  const upper = bound(options, 'upperBound')
  if (lower >= upper) throw new ServiceError('invalid', say`option lowerBound has to be less than upperBound`)
  return { partitions: { column, lower, upper, count: wholeNumber(options, 'numPartitions', 1, 1000) as number } }
}

function bound(options: Options, key: string): bigint {
  const text = options[key.toLowerCase()]?.trim() ?? ''
  if (!/^-?\d{1,18}$/.test(text)) throw new ServiceError('invalid', say`option ${key} takes a whole number`)
  return BigInt(text)
}

const isolationLevels = ['NONE', 'READ_UNCOMMITTED', 'READ_COMMITTED', 'REPEATABLE_READ', 'SERIALIZABLE']

/** Options of writing: `truncate` counts; rows go in one stream and one transaction, whatever `batchsize` and `isolationLevel` say. */
function checkWriteOptions(options: Options): void {
  wholeNumber(options, 'batchsize', 1, 1_000_000)
  if (options['truncate'] !== undefined) booleanOf('option truncate', options['truncate'])
  const level = options['isolationlevel']?.trim().toUpperCase()
  if (level !== undefined && !isolationLevels.includes(level))
    throw new ServiceError('invalid', say`option isolationLevel takes ${isolationLevels.join(', ')}`)
}

function wholeNumber(options: Options, key: string, least: number, most: number): number | undefined {
  const text = options[key.toLowerCase()]?.trim()
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) throw new ServiceError('invalid', say`option ${key} takes a whole number of ${least} to ${most}`)
  return value
}
