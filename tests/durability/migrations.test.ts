// Databases of earlier releases come to the newest schema with every row kept, and a server serves them.

import { copyFileSync, mkdtempSync, rmSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inspectDatabase as inspectCopy, opensWith, Store } from '@tributary/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signedCall } from '../compat/seeds/signed-call.ts'
import { sampleAccount, startTributary } from '../servers/tributary.ts'
import { inspectDatabase } from './inspect-database.ts'
import { installationKey, installations, tablesOf } from './installation.ts'

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>

/** Since schema 11 messages are data; what was kept before is shown as it was. */
const messages = new Set(
  ['peerings', 'pool_peerings', 'classic_connections', 'classic_bindings']
    .map((table) => `${table}.err_msg`)
    .concat(['jobs', 'connection_tests', 'reachability'].map((table) => `${table}.message`)),
)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-migration-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function readRows(path: string): Rows {
  using database = new DatabaseSync(path, { readOnly: true })
  const rows = (table: string) => database.prepare(`select * from "${table}" order by 1, 2`).all()
  return Object.fromEntries(tablesOf(database).map((table) => [table, rows(table).map((row) => ({ ...row }))]))
}

/** A value as the newest schema keeps it. */
function migrated(column: string, value: unknown, schema: number): unknown {
  if (schema < 11 && messages.has(column) && value !== '') return JSON.stringify({ template: '{0}', values: [value] })
  return value
}

describe.each(installations())('an installation of schema $schema', ({ schema, path }) => {
  it('has a row in every table', () => {
    const rows = readRows(path)
    expect(Object.keys(rows).length).toBeGreaterThan(35)
    expect(Object.entries(rows).filter(([, inside]) => inside.length === 0)).toEqual([])
    expect(inspectCopy(path).schema).toBe(schema)
  })

  it('comes to the newest schema with every row kept', async () => {
    const database = join(folder, 'tributary.db')
    copyFileSync(path, database)
    const before = readRows(database)
    await (await Store.open({ path: database, sealingKey: Buffer.from(installationKey, 'base64') }))[Symbol.asyncDispose]()
    const after = readRows(database)
    for (const [table, rows] of Object.entries(before)) {
      const asNow = rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, migrated(`${table}.${name}`, value, schema)])),
      )
      expect([table, after[table]]).toEqual([table, asNow.map((row) => expect.objectContaining(row) as unknown)])
    }
    expect(inspectCopy(database).schema).toBeGreaterThanOrEqual(schema)
    expect(inspectDatabase(database)).toEqual([])
    expect(opensWith(database, Buffer.from(installationKey, 'base64'))).toBe(true)
  })

  it('is served', async () => {
    mkdirSync(join(folder, 'data'))
    copyFileSync(path, join(folder, 'data', 'tributary.db'))
    const env = { TRIBUTARY_SEALING_KEY: installationKey }
    await using server = await startTributary({ dataDir: join(folder, 'data'), args: ['--warm-spare=false'], env })
    const read = async (at: string) =>
      (await signedCall(server.endpoint, sampleAccount, { method: 'GET', path: at })).body as Record<string, never[]>
    const { queues } = await read(`/v1.0/${sampleAccount.projectId}/queues`)
    expect(queues?.map(({ queue_name: name }) => name).toSorted()).toEqual(['default', 'kept', 'pooled', 'relayed'])
    const { connections } = await read(`/v2.0/${sampleAccount.projectId}/datasource/enhanced-connections`)
    expect(connections?.map(({ name }) => name).toSorted()).toEqual(['kept', 'pooled'])
  }, 60_000)
})

it('there is an installation of an earlier release', () => {
  expect(installations().length).toBeGreaterThan(0)
})
