// A server with a queue that reaches one or two PostgreSQL servers, set up through the published calls.

import { join } from 'node:path'
import { Api } from '../../examples/quickstart/api.ts'
import { Procedure, type Site, tableSql } from '../../examples/quickstart/procedure.ts'
import type { PostgresServer } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import type { Bench } from './harness.ts'
import { Jobs } from './jobs.ts'
import { Wire } from './wire.ts'

/** A running server and two ways to speak to it. */
export interface Installation {
  readonly server: TributaryServer
  /** For setting up. */
  readonly steps: Procedure
  /** For measuring; the second of its sockets is for cancelling what the first waits for. */
  readonly wire: Wire
}

/** A source of one site: its server, and its tables by their names in the catalog. */
export interface Source {
  readonly site: Site
  readonly server: Pick<PostgresServer, 'port' | 'user' | 'password'>
  readonly tables: Readonly<Record<string, string>>
  /** How a table is named in the catalog; as one of PostgreSQL unless told. */
  readonly tableSql?: typeof tableSql
}

/** Names a table of MariaDB, which lies where a site's PostgreSQL would. @param database - the one that holds it */
export function mariadbTableSql(database: string): typeof tableSql {
  return (name, site, table, login) => `CREATE TABLE ${name} USING JDBC OPTIONS (
    'url' = 'jdbc:mysql://${site.host}:5432/${database}', 'driver' = 'com.mysql.cj.jdbc.Driver',
    'dbtable' = '${table}', 'passwdauth' = '${login}', 'encryption' = 'true')`
}

/** Starts a server on an empty data directory, its log in a file, and signs in. @param entry - its program, the sources' unless given */
export async function startInstallation({ lifetimes, directory, profileDir }: Bench, name: string, entry?: string): Promise<Installation> {
  const nodeArgs = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const program = entry === undefined ? {} : { entry }
  const server = await lifetimes.start(() => startTributary({ logPath: join(directory, `${name}.log`), nodeArgs, ...program }))
  const steps = new Procedure(await Api.signIn(server), server.account.projectId)
  return { server, steps, wire: await lifetimes.start(() => Wire.signIn(server, 2)) }
}

/** Creates a queue, binds it to each source, and names their tables in database `shop`. */
export async function attach({ server, steps, wire }: Installation, queue: string, sources: readonly Source[]): Promise<Jobs> {
  await steps.createQueue(queue)
  await steps.createDatabase('shop')
  const jobs = new Jobs(wire, server.account.projectId, queue)
  for (const { site, server: source, tables, tableSql: nameTable = tableSql } of sources) {
    await steps.declare(site, source)
    await steps.untilActive(await steps.createConnection(site, [queue]))
    await steps.createAuthInfo(`${site.name}_login`, source)
    for (const [name, table] of Object.entries(tables)) await jobs.run(nameTable(name, site, table, `${site.name}_login`))
  }
  return jobs
}
