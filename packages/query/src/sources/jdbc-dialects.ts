// What the urls of each kind of database may say: their parameters, their drivers, how they write a table's name.

import { ServiceError, say, type Text } from '@tributary/rules'
import type { JdbcSettings } from '../source.ts'
import { booleanOf, printable } from './option-values.ts'

type Tls = JdbcSettings['tls']

/** Parameters of a url by their names in small letters; values as written, escapes undone. */
export type UrlParameters = ReadonlyMap<string, string>

/** One kind of database behind JDBC. */
export interface JdbcDialect {
  /** Which connector reads it. */
  readonly connector: string
  /** What stands between `jdbc:` and `://`. */
  readonly schemes: readonly string[]
  /** How its url is written, for messages. */
  readonly form: Text
  /** What the option `driver` may say; the first is what messages advise. */
  readonly drivers: readonly string[]
  /** Encloses a name that is not plain. */
  readonly quote: '"' | '`'
  readonly mostNameBytes: number
  /** Whether `dbtable` may name the database, so that the url need not. */
  readonly hasDatabaseInTable: boolean
  /** How `dbtable` is written, for messages. */
  readonly tableForm: Text
  /** Parameters that say how a connection is encrypted; {@link JdbcDialect.readTls} reads them. */
  readonly tlsParameters: readonly string[]
  /** Parameters that change nothing here, with the values they may have. */
  readonly harmless: Readonly<Record<string, RegExp>>
  /** Names of what is offered, for messages. */
  readonly offered: string
  /** @throws {ServiceError} `invalid` */
  readTls(parameters: UrlParameters, scheme: string): Tls
}

const seconds = /^\d{1,4}$/
const milliseconds = /^\d{1,8}$/
const either = /^(?:true|false)$/i

const postgresql: JdbcDialect = {
  connector: 'postgresql',
  schemes: ['postgresql', 'gaussdb'],
  form: say`write it as 'jdbc:postgresql://host:port/database', with one host and its port`,
  drivers: ['org.postgresql.Driver'],
  quote: '"',
  mostNameBytes: 63,
  hasDatabaseInTable: false,
  tableForm: say`as 'schema.table' or 'table'`,
  tlsParameters: ['ssl', 'sslmode'],
  harmless: {
    applicationname: /^[\w .:-]{1,64}$/,
    connecttimeout: seconds,
    logintimeout: seconds,
    sockettimeout: /^\d{1,5}$/,
    tcpkeepalive: either,
    rewritebatchedinserts: either,
    stringtype: /^unspecified$/i,
  },
  offered: 'ssl, sslmode, ApplicationName, connectTimeout, loginTimeout, socketTimeout, tcpKeepAlive',
  readTls: readPostgresqlTls,
}

const postgresqlModes: Readonly<Record<string, Tls>> = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-full': 'verify-full',
}

/** The driver's defaults: `prefer` without a word, `verify-full` for `ssl=true` alone. */
function readPostgresqlTls(parameters: UrlParameters): Tls {
  const mode = modeOf(parameters, 'sslmode', postgresqlModes)
  const ssl = switchOf(parameters, 'ssl', 'ssl')
  return mode ?? (ssl === true ? 'verify-full' : ssl === false ? 'disable' : 'prefer')
}

/** What would change values, open files or hand the password over is not here: see `docs/guides/sources.md`. */
const mysql: JdbcDialect = {
  connector: 'mysql',
  schemes: ['mysql', 'mariadb'],
  form: say`write it as 'jdbc:mysql://host:port/database', with one host and its port`,
  drivers: ['com.mysql.cj.jdbc.Driver', 'com.mysql.jdbc.Driver', 'org.mariadb.jdbc.Driver'],
  quote: '`',
  mostNameBytes: 256,
  hasDatabaseInTable: true,
  tableForm: say`as 'database.table' or 'table'`,
  tlsParameters: ['sslmode', 'usessl', 'requiressl', 'verifyservercertificate'],
  harmless: {
    connecttimeout: milliseconds,
    sockettimeout: milliseconds,
    tcpkeepalive: either,
    tcpnodelay: either,
    autoreconnect: either,
    useunicode: /^true$/i,
    characterencoding: /^(?:utf-?8|utf8mb4)$/i,
    servertimezone: /^(?:UTC|GMT|Z|\+00:00)$/i,
    connectiontimezone: /^(?:UTC|GMT|Z|\+00:00)$/i,
    zerodatetimebehavior: /^(?:convertToNull|CONVERT_TO_NULL)$/i,
    tinyint1isbit: /^true$/i,
    yearisdatetype: /^true$/i,
    rewritebatchedstatements: either,
    usecursorfetch: either,
    defaultfetchsize: /^\d{1,9}$/,
    useserverprepstmts: either,
    cacheprepstmts: either,
    allowmultiqueries: /^false$/i,
    allowpublickeyretrieval: /^false$/i,
    allowloadlocalinfile: /^false$/i,
    usecompression: /^false$/i,
    permitmysqlscheme: /^(?:true)?$/i,
  },
  offered:
    'sslMode, useSSL, requireSSL, verifyServerCertificate, connectTimeout, socketTimeout, characterEncoding, serverTimezone=UTC, zeroDateTimeBehavior',
  readTls: readMysqlTls,
}

const mysqlModes: Readonly<Record<string, Tls>> = {
  disabled: 'disable',
  disable: 'disable',
  preferred: 'prefer',
  required: 'require',
  trust: 'require',
  verify_identity: 'verify-full',
  'verify-full': 'verify-full',
}

/** `sslMode` wins over the older switches, which mean what the drivers say of them; where a certificate is checked, its name is too. */
function readMysqlTls(parameters: UrlParameters, scheme: string): Tls {
  const mode = modeOf(parameters, 'sslMode', mysqlModes)
  const isUsed = switchOf(parameters, 'usessl', 'useSSL')
  const isRequired = switchOf(parameters, 'requiressl', 'requireSSL')
  const isVerified = switchOf(parameters, 'verifyservercertificate', 'verifyServerCertificate')
  if (mode !== undefined) return mode
  if (isUsed === false) return 'disable'
  if (isVerified === true || (scheme === 'mariadb' && isUsed === true && isVerified !== false)) return 'verify-full'
  return isRequired === true ? 'require' : 'prefer'
}

function modeOf(parameters: UrlParameters, name: string, modes: Readonly<Record<string, Tls>>): Tls | undefined {
  const value = parameters.get(name.toLowerCase())?.toLowerCase()
  if (value === undefined) return undefined
  if (Object.hasOwn(modes, value)) return modes[value]
  throw new ServiceError('invalid', say`option url: parameter ${name} takes ${Object.keys(modes).join(', ')}`)
}

function switchOf(parameters: UrlParameters, key: string, name: string): boolean | undefined {
  const value = parameters.get(key)
  return value === undefined ? undefined : booleanOf(`option url: parameter ${name}`, value === '' ? 'true' : value)
}

/** Every kind of database behind JDBC. */
export const jdbcDialects: readonly JdbcDialect[] = [postgresql, mysql]

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
