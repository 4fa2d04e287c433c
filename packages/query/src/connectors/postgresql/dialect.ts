// What the url of a PostgreSQL table may say.

import { say } from '@tributary/rules'
import { type JdbcDialect, switchOf, type Tls, tlsModeOf, type UrlParameters, urlForm } from '../../sources/jdbc-dialects.ts'

const seconds = /^\d{1,4}$/
const either = /^(?:true|false)$/i

/** Of PostgreSQL, and of GaussDB, which speaks its protocol. */
export const postgresqlDialect: JdbcDialect = {
  schemes: ['postgresql', 'gaussdb'],
  form: urlForm('jdbc:postgresql://host:port/database'),
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
  const mode = tlsModeOf(parameters, 'sslmode', postgresqlModes)
  const ssl = switchOf(parameters, 'ssl', 'ssl')
  return mode ?? (ssl === true ? 'verify-full' : ssl === false ? 'disable' : 'prefer')
}
