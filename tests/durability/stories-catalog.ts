// Writes of SQL: auth-infos, databases, source and managed tables and their owners and grants, jobs and their end.

import { type Json, Refused, type Writer } from './writer.ts'

/** Credentials come, change and go; what is secret of them is never shown. */
export async function authInfoStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const look = writer.reads('listAuthInfos', { query: { auth_info_name: name } }, (body) => body.auth_infos[0])
  const same = { subject: `auth-info ${name}`, look }
  const draft = { auth_info_name: name, datasource_type: 'passwd', user_name: 'first', password: 'secret-one' }
  const change = { auth_info_name: name, user_name: 'second', password: 'secret-two' }
  const shown = (user_name: string) => () => ({ auth_info_name: name, user_name })
  await writer.write({ ...same, operation: 'createAuthInfo', body: draft, shows: shown('first') })
  await grantWrites(writer, `datasourceauth.${name}`, 'USE_AUTH')
  await writer.write({ ...same, operation: 'updateAuthInfo', body: change, shows: shown('second') })
  await writer.write({ ...same, operation: 'deleteAuthInfo', params: { auth_info_name: name }, shows: () => undefined })
}

/** A database with a table that is declared with its columns, so that no source is asked. */
export async function databaseStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json => body.databases.find((database: Json) => database.database_name === name)
  const same = { subject: `database ${name}`, look: writer.reads('listDatabases', { query: { keyword: name } }, found) }
  const params = { database_name: name }
  const owner = { new_owner: writer.ground.userName }
  const made = { database_name: name, description: 'durable' }
  await writer.write({ ...same, operation: 'createDatabase', body: made, shows: () => made })
  await writer.write({ ...same, operation: 'updateDatabaseOwner', params, body: owner, shows: () => ({ ...made, owner: owner.new_owner }) })
  await grantWrites(writer, `databases.${name}`, 'SELECT')
  await tableWrites(writer, name)
  await writer.write({ ...same, operation: 'deleteDatabase', params, shows: () => undefined })
}

async function grantWrites(writer: Writer, object: string, privilege: string): Promise<void> {
  const user = writer.ground.userName
  const granted = (body: Json): Json => body.privileges.find((grant: Json) => grant.user_name === user && !grant.is_admin)
  const same = {
    operation: 'authorizeUser',
    subject: `grant on ${object}`,
    look: writer.reads('listPrivileges', { query: { object } }, granted),
  } as const
  const body = { user_name: user, privileges: [{ object, privileges: [privilege] }] }
  await writer.write({ ...same, body: { ...body, action: 'grant' }, shows: () => ({ privileges: [privilege] }) })
  await writer.write({ ...same, body: { ...body, action: 'revoke' }, shows: () => undefined })
}

function createTable(writer: Writer, name: string): string {
  const options = `'url'='jdbc:postgresql://10.71.0.9:${writer.ground.silentPort}/site', 'driver'='org.postgresql.Driver', 'dbtable'='public.visits', 'user'='u', 'password'='p-w-d', 'encryption'='true'`
  return `CREATE TABLE ${name} (id INT) USING JDBC OPTIONS (${options})`
}

async function tableWrites(writer: Writer, database: string): Promise<void> {
  const table = { database_name: database, table_name: 'visits' }
  const found = (body: Json): Json => body.tables.find((one: Json) => one.table_name === 'visits')
  const query = { 'with-detail': 'true' }
  const same = { subject: `table of ${database}`, look: writer.reads('listTables', { params: table, query }, found), params: table }
  const body = { sql: createTable(writer, `${database}.visits`), queue_name: 'kept' }
  await writer.write({ ...same, operation: 'submitJob', body, shows: () => ({ table_name: 'visits' }) })
  const owner = { new_owner: writer.ground.userName }
  await writer.write({
    ...same,
    operation: 'updateTableOwner',
    body: owner,
    shows: () => ({ table_name: 'visits', owner: owner.new_owner }),
  })
  await writer.write({ ...same, operation: 'deleteTable', shows: () => undefined })
}

/** A managed table comes, is filled by a job that says when it is, emptied, and goes. */
export async function managedTableStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json => body.tables.find((one: Json) => one.table_name === name)
  const params = { database_name: 'kept', table_name: name }
  const look = writer.reads('listTables', { params, query: { keyword: name } }, found)
  const same = { subject: `managed table ${name}`, look, operation: 'submitJob' } as const
  const columns = [
    { column_name: 'n', type: 'int' },
    { column_name: 'day', type: 'date', is_partition_column: true },
  ]
  const sql = (text: string) => ({ sql: text, currentdb: 'kept', conf: ['dli.sql.sqlasync.enabled = false'] })
  const filled = (): { table_name: string; table_type: string } => ({ table_name: name, table_type: 'MANAGED' })
  const made = { table_name: name, data_location: 'DLI', columns }
  await writer.write({ ...same, operation: 'createTable', params, body: made, shows: filled })
  const { job } = await submit(writer, `INSERT INTO kept.${name} VALUES (1, DATE '2024-02-29'), (2, NULL)`, {})
  const { status } = await untilEnded(writer, job)
  if (status !== 'FINISHED') throw new Refused(`the rows of ${name} were not written: ${status}`)
  const { body } = await writer.call('listTables', { params, query: { keyword: name } })
  const { table_size } = found(body)
  if (table_size === 0) throw new Refused(`${name} is empty after its INSERT`)
  writer.ledger.assume({ ...same, expected: { ...filled(), table_size } })
  await writer.write({ ...same, body: sql(`TRUNCATE TABLE ${name}`), shows: () => ({ ...filled(), table_size: 0 }) })
  await writer.write({ ...same, body: sql(`DROP TABLE ${name}`), shows: () => undefined })
}

/** A managed table gets a column, a comment and a property, and goes. */
export async function alteredTableStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const params = { database_name: 'kept', table_name: name }
  const look = writer.reads('getTable', { params }, (body: Json) => body)
  const same = { subject: `altered table ${name}`, look } as const
  const shows =
    (columns: string, rest = '') =>
    () => ({
      create_table_sql: `CREATE TABLE kept.${name} (\n  ${columns})\nUSING parquet\n${rest}`,
    })
  const alter = (change: string) => ({
    operation: 'submitJob' as const,
    body: { sql: `ALTER TABLE ${name} ${change}`, currentdb: 'kept', conf: ['dli.sql.sqlasync.enabled = false'] },
  })
  const body = { table_name: name, data_location: 'DLI', columns: [{ column_name: 'n', type: 'int' }] }
  await writer.write({ ...same, operation: 'createTable', params, body, shows: shows('n INT') })
  await writer.write({ ...same, ...alter('ADD COLUMNS (tags array<string>)'), shows: shows('n INT,\n  tags ARRAY<STRING>') })
  await writer.write({ ...same, ...alter("ALTER COLUMN n COMMENT 'key'"), shows: shows("n INT COMMENT 'key',\n  tags ARRAY<STRING>") })
  const properties = shows("n INT COMMENT 'key',\n  tags ARRAY<STRING>", "TBLPROPERTIES (\n  'a' = 'b')\n")
  await writer.write({ ...same, ...alter("SET TBLPROPERTIES ('a' = 'b')"), shows: properties })
  await writer.write({ ...same, operation: 'deleteTable', params, shows: () => undefined })
}

/** A view comes, gets another query, and goes. */
export async function viewStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const params = { database_name: 'kept', table_name: name }
  const look = writer.reads('getTable', { params }, (body: Json) => body)
  const same = { subject: `view ${name}`, look } as const
  const shows = (query: string, column: string) => () => ({
    table_type: 'VIEW',
    create_table_sql: `CREATE VIEW kept.${name} (\n  ${column})\nAS ${query}\n`,
  })
  const sql = (text: string) => ({ sql: text, currentdb: 'kept', conf: ['dli.sql.sqlasync.enabled = false'] })
  const body = { table_name: name, data_location: 'VIEW', select_statement: 'SELECT 1 AS one' }
  await writer.write({ ...same, operation: 'createTable', params, body, shows: shows('SELECT 1 AS one', 'one') })
  const changed = sql(`CREATE OR REPLACE VIEW ${name} AS SELECT 'b' AS other`)
  await writer.write({ ...same, operation: 'submitJob', body: changed, shows: shows("SELECT 'b' AS other", 'other') })
  await writer.write({ ...same, operation: 'submitJob', body: sql(`DROP VIEW ${name}`), shows: () => undefined })
}

async function untilEnded(writer: Writer, job: string): Promise<Json> {
  for (;;) {
    const { body } = await writer.call('getJobStatus', { params: { job_id: job } })
    if (body.status !== 'LAUNCHING' && body.status !== 'RUNNING') return body
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A job is there from its answer on; it ends by itself. */
export async function jobStory(writer: Writer): Promise<void> {
  const statement = `SELECT 1 AS ${writer.fresh()}`
  await submit(writer, statement, {})
}

/** An export is there from its answer on, and ends by itself, however often the server does. */
export async function exportStory(writer: Writer): Promise<void> {
  const { job } = await submit(writer, `SELECT 1 AS ${writer.fresh()}`, {})
  // A kill in between makes it FAILED: then there is nothing to export.
  if ((await untilEnded(writer, job)).status !== 'FINISHED') return
  const body = { data_path: `obs://kept/${writer.fresh()}`, data_type: 'csv' }
  const found = ({ jobs }: Json): Json => jobs.find(({ statement }: Json) => statement.includes(`'${body.data_path}'`))
  await writer.write({
    operation: 'exportResult',
    subject: `export ${body.data_path}`,
    look: writer.reads('listJobs', { query: { sql_pattern: body.data_path, 'job-type': 'EXPORT', 'page-size': 100 } }, found),
    params: { job_id: job },
    body,
    shows: (answer) => ({ job_type: 'EXPORT', result_path: body.data_path, ...(answer && { job_id: answer.job_id }) }),
  })
}

/** A table goes out and comes in again: each job is there from its answer on, and ends by itself. */
export async function transferStory(writer: Writer): Promise<void> {
  const table = writer.fresh()
  const made = await submit(writer, `CREATE TABLE kept.${table} AS SELECT 1 AS one`, {})
  if ((await untilEnded(writer, made.job)).status !== 'FINISHED') return
  const body = { data_path: `obs://kept/${table}`, data_type: 'json', database_name: 'kept', table_name: table }
  const started = async (operation: 'exportTable' | 'importTable', type: string): Promise<string> => {
    const found = ({ jobs }: Json): Json => jobs.find(({ statement }: Json) => statement.includes(`'${body.data_path}'`))
    const answer = await writer.write({
      operation,
      subject: `${operation} ${body.data_path}`,
      look: writer.reads('listJobs', { query: { sql_pattern: body.data_path, 'job-type': type, 'page-size': 100 } }, found),
      body,
      shows: (given) => ({ job_type: type, table_name: table, ...(given && { job_id: given.job_id }) }),
    })
    return answer.job_id
  }
  const job = await started('exportTable', 'EXPORT')
  if ((await untilEnded(writer, job)).status !== 'FINISHED') return
  await started('importTable', 'IMPORT')
}

/** A job whose source never answers, cancelled while it waits or runs; it never comes back. */
export async function cancelStory(writer: Writer): Promise<void> {
  const { job, same } = await submit(writer, `SELECT count(*) AS ${writer.fresh()} FROM kept.silent`, { queue_name: 'kept' })
  const params = { job_id: job }
  const look = writer.reads('getJobStatus', { params })
  await writer.write({
    operation: 'cancelJob',
    subject: `end of ${same.subject}`,
    look: async () => ((await look())?.['status'] === 'CANCELLED' ? { isCancelled: true } : undefined),
    params,
    shows: () => ({ isCancelled: true }),
    // It has failed by itself meanwhile.
    mayBeRefused: [400],
  })
}

async function submit(writer: Writer, statement: string, more: Json) {
  // The pattern finds any part of a text: `w1_2` is in `w1_20` too.
  const found = (body: Json): Json => body.jobs.find((job: Json) => job.statement === statement)
  const look = writer.reads('listJobs', { query: { sql_pattern: statement, 'page-size': 100 } }, found)
  const same = { subject: `job ${statement}`, look }
  const { job_id } = await writer.write({
    ...same,
    operation: 'submitJob',
    body: { sql: statement, ...more },
    shows: (answer) => ({ statement, ...(answer && { job_id: answer.job_id }) }),
  })
  return { job: job_id as string, same }
}

/** The table that {@link cancelStory} reads. */
export function silentTable(writer: Writer): string {
  return createTable(writer, 'kept.silent')
}
