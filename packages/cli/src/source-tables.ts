// The tables of a schema at a source, as source tables of the catalog: listed by SQL, created by jobs.

import { type Attachment, hostOf } from './attachment.ts'
import { Failure, failureOf } from './failure.ts'
import { type Result, runStatement } from './job.ts'
import type { SourceKind } from './source-url.ts'
import type { Session } from './session.ts'
import type { Terminal } from './terminal.ts'

/** What an import came to; names as they are at the source. */
export interface Imported {
  readonly created: readonly string[]
  readonly existing: readonly string[]
  /** Each with the reason. */
  readonly failed: readonly { readonly table: string; readonly why: string }[]
}

/** A session with a place to say what goes on. */
export interface ImportCall {
  readonly session: Session
  readonly terminal: Terminal
  readonly attachment: Attachment
  /** Schema at the source. */
  readonly schema: string
}

// One name for all runs, so that what a killed run left is found and replaced.
const listing = 'tributary_attach_listing'

/** Makes a source table for every table and view of the schema that has none yet. @throws {Failure} when the source cannot be listed */
export async function importTables(call: ImportCall): Promise<Imported> {
  const tables = await tablesAtSource(call)
  const known = await tablesInCatalog(call)
  const created: string[] = []
  const failed: { table: string; why: string }[] = []
  for (const table of tables) {
    if (known.has(table.toLowerCase())) continue
    const why = await createTable(call, table)
    if (why === undefined) created.push(table)
    else failed.push({ table, why })
  }
  return { created, failed, existing: tables.filter((table) => known.has(table.toLowerCase())) }
}

/** Reads `information_schema.tables` through a source table of a moment. */
async function tablesAtSource(call: ImportCall): Promise<readonly string[]> {
  const { attachment } = call
  await dropListing(call)
  const name = `${attachment.name}.${listing}`
  try {
    await run(
      call,
      `CREATE TABLE ${name} (table_schema STRING, table_name STRING) USING JDBC OPTIONS (${optionsOf(attachment, 'information_schema.tables')})`,
    )
    return await pagesOf(call, name)
  } finally {
    await dropListing(call)
  }
}

// A preview holds a thousand rows; a schema of more tables than this many previews is cut there.
const mostPages = 100

async function pagesOf(call: ImportCall, listing: string): Promise<readonly string[]> {
  const tables: string[] = []
  for (let page = 0; page < mostPages; page += 1) {
    const after = tables.length === 0 ? '' : ` AND table_name > ${textLiteral(tables.at(-1) ?? '')}`
    const result = await run(
      call,
      `SELECT table_name FROM ${listing} WHERE table_schema = ${textLiteral(call.schema)}${after} ORDER BY table_name`,
    )
    tables.push(...(result?.rows ?? []).map(([table]) => String(table)))
    if (result === undefined || result.rows.length >= result.total) break
  }
  return tables
}

async function dropListing({ session: { client, projectId }, attachment }: ImportCall): Promise<void> {
  const params = { project_id: projectId, database_name: attachment.name, table_name: listing }
  const { tables } = await client.listTables({ params, query: { keyword: listing } })
  if (tables.some(({ table_name: name }) => name === listing)) await client.deleteTable({ params })
}

async function tablesInCatalog({ session: { client, projectId }, attachment }: ImportCall): Promise<ReadonlySet<string>> {
  const params = { project_id: projectId, database_name: attachment.name }
  const { tables } = await client.listTables({ params })
  return new Set(tables.map(({ table_name: name }) => name))
}

/** @returns why it could not be made, `undefined` when it was */
async function createTable(call: ImportCall, table: string): Promise<string | undefined> {
  const { attachment, schema } = call
  if (!/^(?!_)(?![0-9]+$)[A-Za-z0-9_]{1,128}$/.test(table)) return 'its name is none in SQL here; create it by hand under another one'
  const place = `${identifier(attachment.source.kind, schema)}.${identifier(attachment.source.kind, table)}`
  try {
    await run(call, `CREATE TABLE ${attachment.name}.\`${table.toLowerCase()}\` USING JDBC OPTIONS (${optionsOf(attachment, place)})`)
    return undefined
  } catch (error) {
    const failure = failureOf(error, { help: 'tributary attach --help', list: 'tributary table list DATABASE' })
    if (failure instanceof Failure && (failure.ending === 'failed' || failure.ending === 'notFound')) return failure.message
    throw error
  }
}

async function run({ session, terminal, attachment }: ImportCall, sql: string): Promise<Result | undefined> {
  return (await runStatement(session, terminal, { sql, queue: attachment.queue, database: undefined })).result
}

/** The options of a source table: its login is the auth-info of the attachment. */
function optionsOf(attachment: Attachment, table: string): string {
  const { source, name } = attachment
  const { port, database, parameters } = source
  const { scheme, driver } = dialects[source.kind]
  const url = `jdbc:${scheme}://${hostOf(attachment)}:${port}/${encodeURIComponent(database)}${parameters === '' ? '' : `?${parameters}`}`
  const options = { url, driver, dbtable: table, passwdauth: name, encryption: 'true' }
  return Object.entries(options)
    .map(([key, value]) => `'${key}' = ${textLiteral(value)}`)
    .join(', ')
}

/** How tables of each kind of source are written as options. */
const dialects = {
  postgresql: { scheme: 'postgresql', driver: 'org.postgresql.Driver', quote: '"' },
  mysql: { scheme: 'mysql', driver: 'com.mysql.cj.jdbc.Driver', quote: '`' },
} as const satisfies Readonly<Record<SourceKind, unknown>>

/** Plain where that is enough, else in the quotes of its kind, as `dbtable` takes it. */
function identifier(kind: SourceKind, name: string): string {
  const { quote } = dialects[kind]
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `${quote}${name.replaceAll(quote, `${quote}${quote}`)}${quote}`
}

function textLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
