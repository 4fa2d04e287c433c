// Every statement of statements.sql, in order, answers over HTTP what Spark answers: columns, types and rows, or a refusal.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../../../packages/server/src/sample-server.ts'

interface Recorded {
  readonly sparkVersion: string
  readonly statements: readonly {
    readonly sql: string
    readonly columns?: Readonly<Record<string, string>>
    readonly rows?: readonly (readonly (string | null)[])[]
    readonly error?: string
  }[]
}

const recorded = JSON.parse(readFileSync(new URL('statements.json', import.meta.url), 'utf8')) as Recorded

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
}, 30_000)
afterAll(() => server[Symbol.asyncDispose]())

/** Submits on the queue that every project has; a query is followed to its end. */
async function run(sql: string) {
  const conf = ['dli.sql.sqlasync.enabled = false']
  const { status, body } = await server.ask('submitJob', { body: { sql, queue_name: 'default', conf } })
  if (status !== 200) return { error: `${body.error_code} ${body.error_msg}` }
  if (body.job_mode === 'sync') return { columns: Object.assign({}, ...body.schema), rows: body.rows.map(normalised).filter(isCompared) }
  for (let asked = 0; ; asked += 1) {
    if (asked > 500) throw new Error(`the job did not end: ${sql}`)
    const { body: job } = await server.ask('getJobStatus', { params: { job_id: body.job_id } })
    if (job.status === 'FAILED') return { error: job.message }
    if (job.status === 'FINISHED') return job.job_type === 'INSERT' ? { columns: {}, rows: [] } : preview(body.job_id)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function preview(id: string) {
  const { body } = await server.ask('previewJob', { params: { job_id: id } })
  return { columns: Object.assign({}, ...body.schema), rows: body.rows }
}

/** What differs from run to run, and the engine's own name, are named instead. */
function normalised(row: readonly (string | null)[]): readonly (string | null)[] {
  return row.map(
    (cell) =>
      cell
        ?.replaceAll(/\w{3} \w{3} \d\d \d\d:\d\d:\d\d \w+ \d{4}/g, 'TIME')
        .replaceAll(/^Owner: .*\n/gm, '')
        .replaceAll(/(Created By: )?\bTributary\b/g, '$1ENGINE') ?? null,
  )
}

/** Spark's in-memory catalog knows no owner, and ours tells nobody where files lie. */
function isCompared([word]: readonly (string | null)[]): boolean {
  return word !== 'Owner'
}

describe('statements about the catalog', () => {
  it('were recorded from Spark 3.3.1', () => {
    expect(recorded.sparkVersion).toBe('3.3.1')
    expect(recorded.statements.length).toBeGreaterThan(100)
  })

  it.each(recorded.statements)(
    '$sql',
    async ({ sql, columns = {}, rows = [], error }) => {
      const answered = await run(sql)
      const refused = { error: expect.stringMatching(/DLI\.000\d|not found|length limitation/) }
      expect(answered, `Spark says: ${error ?? 'yes'}`).toEqual(error === undefined ? { columns, rows } : refused)
    },
    30_000,
  )
})
