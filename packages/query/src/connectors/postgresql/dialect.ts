// What the url of a PostgreSQL table may say.

import { type JdbcDialect, switchOf, type Tls, tlsModeOf, tlsModes, type UrlParameters } from '../../sources/jdbc-dialects.ts'

const seconds = /^\d{1,4}$/
const either = /^(?:true|false)$/i

/** Of PostgreSQL, and of GaussDB, which speaks its protocol. */
export const postgresqlDialect: JdbcDialect = {
  schemes: ['postgresql', 'gaussdb'],
  drivers: ['org.postgresql.Driver'],
  quote: '"',
  mostNameBytes: 63,
  hasDatabaseInTable: false,
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

/** The driver's defaults: `prefer` without a word, `verify-full` for `ssl=true` alone. */
function readPostgresqlTls(parameters: UrlParameters): Tls {
  const mode = tlsModeOf(parameters, 'sslmode', { ...tlsModes, allow: 'prefer' })
  const ssl = switchOf(parameters, 'ssl', 'ssl')
  return mode ?? (ssl === true ? 'verify-full' : ssl === false ? 'disable' : 'prefer')
}
