// What a database may be called, and which may be dropped.

import { describe, expect, it } from 'vitest'
import { checkDropDatabase, checkNewDatabase, type Database, databaseNameOf, noDatabase } from './database.ts'
import { ServiceError } from './errors.ts'
import type { DatabaseId, ProjectId } from './ids.ts'
import { tableNameOf } from './table.ts'

const db1: Database = {
  id: 'd1' as DatabaseId,
  projectId: 'p1' as ProjectId,
  name: 'db1',
  description: '',
  owner: 'tenant1',
  enterpriseProjectId: '0',
  createdAt: 1,
}

function kindOf(run: () => unknown): string {
  try {
    run()
    return 'ok'
  } catch (error) {
    return error instanceof ServiceError ? error.kind : 'bug'
  }
}

describe('database names', () => {
  it('are kept in lower case', () => {
    expect(databaseNameOf('DB_1')).toBe('db_1')
    expect(databaseNameOf('1a')).toBe('1a')
    expect(databaseNameOf('a'.repeat(128))).toHaveLength(128)
  })

  it.each(['', '_a', '123', 'a-b', 'a.b', 'a b', 'a$', 'a'.repeat(129), 'é', 'a\n'])('refuses %j', (name) => {
    expect(kindOf(() => databaseNameOf(name))).toBe('invalid')
  })

  it('are refused with what to use, and shown no longer than they might be', () => {
    const words = 'is no database name: use 1 to 128 letters, digits and _, not digits alone, not starting with _'
    expect(() => databaseNameOf('a-b')).toThrow(expect.objectContaining({ message: `"a-b" ${words}` }))
    expect(() => databaseNameOf('a'.repeat(141))).toThrow(expect.objectContaining({ message: `"${'a'.repeat(140)}" ${words}` }))
  })

  it('lets a table carry $ as well', () => {
    expect(tableNameOf('T$1')).toBe('t$1')
    expect(kindOf(() => tableNameOf('_t'))).toBe('invalid')
    expect(kindOf(() => tableNameOf('a.b'))).toBe('invalid')
  })
})

describe('a new database', () => {
  it('needs a free name', () => {
    expect(kindOf(() => checkNewDatabase('db1', undefined))).toBe('ok')
    expect(kindOf(() => checkNewDatabase('db1', db1))).toBe('conflict')
  })

  it('is told whose name is taken', () => {
    expect(() => checkNewDatabase('db1', db1)).toThrow(
      expect.objectContaining({
        message: 'database db1 exists already: choose another name',
        details: { subject: { kind: 'database', name: 'db1' } },
      }),
    )
  })

  it('is never called default, whether or not that row is there', () => {
    expect(kindOf(() => checkNewDatabase('default', undefined))).toBe('conflict')
  })
})

describe('dropping a database', () => {
  it('wants it empty, or the word cascade', () => {
    expect(kindOf(() => checkDropDatabase('db1', 0, false))).toBe('ok')
    expect(kindOf(() => checkDropDatabase('db1', 2, false))).toBe('conflict')
    expect(kindOf(() => checkDropDatabase('db1', 2, true))).toBe('ok')
  })

  it('never touches default', () => {
    expect(kindOf(() => checkDropDatabase('default', 0, true))).toBe('unsupported')
  })
  it.each([
    [1, '1 table'],
    [2, '2 tables'],
  ])('counts what is in the way: %d', (tableCount, shown) => {
    expect(() => checkDropDatabase('db1', tableCount, false)).toThrow(
      expect.objectContaining({
        message: `database db1 is not empty, it holds ${shown}: drop them first, or drop it with cascade`,
        details: { subject: { kind: 'database', name: 'db1' } },
      }),
    )
  })

  it('says why default stays', () => {
    expect(() => checkDropDatabase('default', 0, true)).toThrow(
      expect.objectContaining({
        message: 'database default exists in every project and cannot be dropped',
        details: { subject: { kind: 'database', name: 'default' } },
      }),
    )
  })
})

describe('a database that is not there', () => {
  it('is told in the published words', () => {
    expect(noDatabase('sales')).toMatchObject({
      kind: 'notFound',
      message: 'There is no database named sales',
      details: { subject: { kind: 'database', name: 'sales' } },
    })
  })
})
