// Tables of another project, by every form of a name and every statement that names one: a real server with two projects; nothing tells that they exist.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api, textOf } from '../../examples/quickstart/api.ts'
import { until } from '../../examples/quickstart/procedure.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const secret = 'isotope-239'

let server: TributaryServer
let owner: Api
let stranger: Api
let ids: { readonly own: string; readonly foreign: string }

async function submit(api: Api, project: string, sql: string): Promise<{ readonly status: number; readonly said: string }> {
  const { status, answer } = await api.attempt('POST', `/v1.0/${project}/jobs/submit-job`, { sql, queue_name: 'default' })
  const job = textOf(answer, 'job_id')
  if (status !== 200) return { status, said: textOf(answer, 'error_msg') }
  let end = answer
  await until(async () => {
    end = (await api.attempt('GET', `/v1.0/${project}/jobs/${job}/status`)).answer
    return ['FINISHED', 'FAILED', 'CANCELLED'].includes(textOf(end, 'status'))
  })
  return textOf(end, 'status') === 'FINISHED' ? { status, said: JSON.stringify(answer) } : { status: 400, said: textOf(end, 'message') }
}

beforeAll(async () => {
  server = await startTributary()
  owner = await Api.signIn(server)
  const { answer } = await owner.attempt('POST', '/v3/projects', { project: { name: 'other' } })
  ids = { own: server.account.projectId, foreign: textOf(answer['project'] as typeof answer, 'id') }
  stranger = await Api.signIn({ ...server, account: { ...server.account, projectId: ids.foreign } })
  await owner.post(`/v1.0/${ids.own}/databases`, { database_name: 'shop' })
  for (const sql of ['CREATE TABLE shop.secrets (code STRING)', `INSERT INTO shop.secrets VALUES ('${secret}')`]) {
    const { status, said } = await submit(owner, ids.own, sql)
    if (status !== 200) throw new Error(`${sql}: ${said}`)
  }
}, 60_000)
afterAll(() => server?.[Symbol.asyncDispose]())

/** Forms under which somebody may try; the project's id and name are no secret. */
const forms = (): readonly string[] => [
  'shop.secrets',
  'secrets',
  'default.secrets',
  'SHOP.SECRETS',
  '`shop`.`secrets`',
  '`shop.secrets`',
  'spark_catalog.shop.secrets',
  'main.secrets',
  'memory.main.secrets',
  `${server.account.projectName}.shop.secrets`,
  `\`${ids.own}\`.shop.secrets`,
  `\`${ids.own}\`.secrets`,
  `\`${server.account.projectName}\`.\`shop.secrets\``,
  'global_temp.secrets',
  'temp.secrets',
]

const statements: readonly ((name: string) => string)[] = [
  (name) => `SELECT * FROM ${name}`,
  (name) => `SELECT (SELECT max(code) FROM ${name})`,
  (name) => `WITH c AS (SELECT * FROM ${name}) SELECT * FROM c`,
  (name) => `SELECT 1 WHERE EXISTS (SELECT 1 FROM ${name})`,
  (name) => `DESCRIBE ${name}`,
  (name) => `SHOW CREATE TABLE ${name}`,
  (name) => `INSERT INTO ${name} VALUES ('x')`,
  (name) => `TRUNCATE TABLE ${name}`,
  (name) => `DROP TABLE ${name}`,
  (name) => `CREATE TABLE default.copy AS SELECT * FROM ${name}`,
  (name) => `CREATE VIEW default.seen AS SELECT * FROM ${name}`,
  (name) => `EXPLAIN SELECT * FROM ${name}`,
]

describe('a table of another project', () => {
  it('is there for its own', async () => {
    const { status } = await submit(owner, ids.own, 'SELECT * FROM shop.secrets')
    expect(status).toBe(200)
  })

  it('is refused like one that does not exist, whatever names it', async () => {
    let cases = 0
    for (const name of forms()) {
      for (const statement of statements) {
        const { status, said } = await submit(stranger, ids.foreign, statement(name))
        cases += 1
        expect(status, `${statement(name)}: ${said}`).toBeGreaterThanOrEqual(400)
        expect(status, said).toBeLessThan(500)
        expect(said).not.toContain(secret)
        expect(said, statement(name)).toMatch(/secrets|shop|catalog|database|expected/i)
      }
    }
    expect(cases).toBe(180)
  }, 120_000)

  it('is not in lists either, nor by its path', async () => {
    for (const path of [
      `/v1.0/${ids.foreign}/databases`,
      `/v1.0/${ids.foreign}/databases/shop/tables`,
      `/v1.0/${ids.foreign}/databases/shop/tables/secrets`,
    ])
      expect(JSON.stringify((await stranger.attempt('GET', path)).answer)).not.toContain('"secrets"')
    const { status } = await submit(owner, ids.own, 'SELECT * FROM shop.secrets')
    expect(status).toBe(200)
  })
})
