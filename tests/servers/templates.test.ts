// What servers have from the run's templates: each its own data, its own password, and a place that is thrown away with the run.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from './mariadb.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { sourceProgram, testProgram } from './program.ts'
import { templatesFolder } from './scratch.ts'

const password = "Another-'2"

async function keepsToItself(one: PostgresServer | MariadbServer, other: PostgresServer | MariadbServer): Promise<void> {
  await one.query('shop', 'insert into t values (1)')
  expect([(await one.query('shop', 'select a from t')).length, (await other.query('shop', 'select a from t')).length]).toEqual([1, 0])
  expect(dirname(one.logPath)).toContain(tmpdir())
}

const databases = { shop: 'create table t (a int)' }

describe('servers of one template', () => {
  it('have data and a password of their own: PostgreSQL', async () => {
    await using one = await startPostgres({ databases })
    await using other = await startPostgres({ databases, password })
    await keepsToItself(one, other)
    await expect(other.query('shop', 'select 1')).resolves.toHaveLength(1)
    expect(other.url).not.toContain(one.password)
    expect(readFileSync(other.logPath, 'utf8')).not.toContain('Another')
    const asOne = other.url.replace(encodeURIComponent(password), one.password)
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: `${asOne}/shop` })
    await expect(client.connect()).rejects.toThrow(/password authentication failed/)
  })

  // Skipped where no mariadb-server is installed.
  it.skipIf(mariadbAbsence() !== undefined)('have data of their own: MariaDB', async () => {
    await using one = await startMariadb({ databases })
    await using other = await startMariadb({ databases })
    await keepsToItself(one, other)
  })
})

describe('a run of tests', () => {
  it('makes its program once, in its own folder, and starts that', async () => {
    const [first, second] = [await testProgram(), await testProgram()]
    expect(first).toEqual(second)
    expect(first.entry).not.toBe(sourceProgram)
    expect(first.entry.startsWith(join(templatesFolder() ?? 'nowhere', 'program'))).toBe(true)
    expect(existsSync(join(dirname(first.entry), 'child.js'))).toBe(true)
    expect(readdirSync(join(dirname(first.entry), 'migrations')).length).toBeGreaterThan(10)
  })
})
