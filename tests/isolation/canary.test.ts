// A source's password is used and found nowhere: answers, metrics, log, database, temporary files, arguments and environment of every process, while jobs run and after.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api } from '../../examples/quickstart/api.ts'
import { Procedure, sites, tableSql, until } from '../../examples/quickstart/procedure.ts'
import { openSessions } from '../../examples/quickstart/sources.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const canary = 'canary-Kr7pton-36'
const isLinux = process.platform === 'linux'
const setup = `
  create table public.orders as select g as id from generate_series(1, 100) g;
  create view public.endless as select g as id from generate_series(1, 2000000000) g;`

let source: PostgresServer
let server: TributaryServer
let api: Api
let steps: Procedure
const directory = mkdtempSync(join(tmpdir(), 'tributary-canary-'))
const temporary = join(directory, 'tmp')

beforeAll(async () => {
  mkdirSync(temporary)
  source = await startPostgres({ databases: { sales: setup }, password: canary })
  server = await startTributary({ dataDir: join(directory, 'data'), args: ['--log-level', 'trace'], env: { TMPDIR: temporary } })
  api = await Api.signIn(server)
  steps = new Procedure(api, server.account.projectId)
  await steps.declare(sites.sales, source)
  await steps.createQueue('q')
  await steps.untilActive(await steps.createConnection(sites.sales, ['q']))
  await steps.createAuthInfo('login', source)
  await steps.createDatabase('shop')
  for (const table of ['orders', 'endless']) await steps.run('q', tableSql(`shop.${table}`, sites.sales, `public.${table}`, 'login'))
}, 60_000)
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await source?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

/** A table whose login stands in the statement. */
const inline = (table: string, password: string): string =>
  tableSql(table, sites.sales, 'public.orders', 'login').replace(
    "'passwdauth' = 'login', 'encryption' = 'true'",
    `'user'='${source.user}', 'password'='${password}'`,
  )

/** Places in a folder that hold the canary, as text, in the encodings that a password may be carried in; and how many files were looked at. */
function search(folder: string): { readonly files: number; readonly found: readonly string[] } {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return searchOnce(folder)
    } catch (error) {
      // What a job leaves is removed while this looks.
      if (attempt === 100 || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

function searchOnce(folder: string): ReturnType<typeof search> {
  const needles = [Buffer.from(canary), Buffer.from(canary, 'utf16le'), Buffer.from(Buffer.from(canary).toString('base64').slice(0, -4))]
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const holds = (path: string): boolean => needles.some((needle) => readFileSync(path).includes(needle))
  return { files: files.length, found: files.map((entry) => join(entry.parentPath, entry.name)).filter(holds) }
}

/** The server and its engines. */
const processes = (): readonly number[] => [
  server.pid,
  ...readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
]

describe('a password', () => {
  it('is not in what a refusal, a table, a list of jobs or a plan says', async () => {
    const said: unknown[] = []
    said.push(await steps.submit('q', `${inline('shop.bad', canary)} oops`))
    said.push(await steps.submit('q', inline('shop.worse', canary).replace("'driver'", `'drivre${canary}'`)))
    said.push(await steps.submit('q', inline('shop.wrong', `${canary}'`)))
    await steps.run('q', inline('shop.inline', canary))
    expect((await steps.preview(await steps.run('q', 'SELECT count(*) AS n FROM shop.inline'))).rows).toEqual([[100]])
    const base = `/v1.0/${server.account.projectId}`
    for (const path of ['/jobs?page-size=50', '/databases/shop/tables/inline', '/databases/shop/tables?with-detail=true'])
      said.push(await api.attempt('GET', `${base}${path}`))
    for (const sql of ['SHOW CREATE TABLE shop.inline', 'DESCRIBE EXTENDED shop.inline', 'EXPLAIN EXTENDED SELECT * FROM shop.inline'])
      said.push(await steps.submit('q', sql))
    said.push(await api.attempt('GET', `/v3/${server.account.projectId}/datasource/auth-infos`))
    expect(JSON.stringify(said).length).toBeGreaterThan(1_000)
    expect(JSON.stringify(said)).toContain('***')
    expect(JSON.stringify(said)).not.toContain(canary)
  })

  it.skipIf(!isLinux)(
    'is not in arguments, environment or temporary files while a job uses it (processes are read on Linux alone)',
    async () => {
      const { answer } = await steps.submit('q', 'SELECT count(*) AS n, max(id) AS last FROM shop.endless')
      await until(async () => (await openSessions(source, 'sales')) > 0)
      const pids = processes()
      expect(pids.length).toBeGreaterThan(1)
      for (const pid of pids) {
        for (const file of ['cmdline', 'environ'])
          expect(readFileSync(`/proc/${pid}/${file}`, 'latin1'), `${pid} ${file}`).not.toContain(canary)
      }
      for (const pid of pids.slice(1)) expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/Max core file size +0 +0/)
      const { files, found } = search(directory)
      expect(files).toBeGreaterThan(5)
      expect(found).toEqual([])
      await api.attempt('DELETE', `/v1.0/${server.account.projectId}/jobs/${String(answer['job_id'])}`)
    },
  )

  it('is not in metrics, nor in what a killed engine leaves', async () => {
    const metrics = await (await fetch(`${server.endpoint}/metrics`)).text()
    expect(metrics).toContain('tributary_engine_processes')
    expect(metrics).not.toContain(canary)
    if (isLinux) for (const pid of processes().slice(1)) process.kill(pid, 'SIGKILL')
    expect(search(directory).found).toEqual([])
  })

  it('is not in the data directory or the log in the end', async () => {
    await server.stop()
    const { files, found } = search(directory)
    expect(files).toBeGreaterThan(5)
    expect(found).toEqual([])
    expect(server.log().length).toBeGreaterThan(1_000)
    expect(server.log()).not.toContain(canary)
  })
})
