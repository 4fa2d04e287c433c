// What the url of a MySQL or MariaDB table may say.

import { type JdbcDialect, switchOf, type Tls, tlsModeOf, type UrlParameters } from '../../sources/jdbc-dialects.ts'

const milliseconds = /^\d{1,8}$/
const either = /^(?:true|false)$/i

/** What would change values, open files or hand the password over is not here: see `docs/guides/sources.md`. */
export const mysqlDialect: JdbcDialect = {
  schemes: ['mysql', 'mariadb'],
  drivers: ['com.mysql.cj.jdbc.Driver', 'com.mysql.jdbc.Driver', 'org.mariadb.jdbc.Driver'],
  quote: '`',
  mostNameBytes: 256,
  hasDatabaseInTable: true,
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
  const mode = tlsModeOf(parameters, 'sslMode', mysqlModes)
  const isUsed = switchOf(parameters, 'usessl', 'useSSL')
  const isRequired = switchOf(parameters, 'requiressl', 'requireSSL')
  const isVerified = switchOf(parameters, 'verifyservercertificate', 'verifyServerCertificate')
  if (mode !== undefined) return mode
  if (isUsed === false) return 'disable'
  if (isVerified === true || (scheme === 'mariadb' && isUsed === true && isVerified !== false)) return 'verify-full'
  return isRequired === true ? 'require' : 'prefer'
}
