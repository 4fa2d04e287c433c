// What can be granted on auth-infos, databases, tables and columns, and what that changes.

import { describe, expect, it } from 'vitest'
import type { Caller } from './identity.ts'
import type { UserId } from './ids.ts'
import { changeObjectGrant, checkObjectPrivilege, grantObjectOf } from './object-grant.ts'

describe('an object', () => {
  it('is named by its path', () => {
    expect(grantObjectOf('datasourceauth.Keys')).toMatchObject({ kind: 'datasourceauth', name: 'Keys' })
    expect(grantObjectOf('databases.DB1')).toMatchObject({ kind: 'database', path: 'databases.db1', database: 'db1', name: 'db1' })
    expect(grantObjectOf('databases.d.tables.t$1')).toMatchObject({ kind: 'table', database: 'd', table: 't$1', name: 't$1' })
    expect(grantObjectOf('databases.d.tables.t.columns.c')).toMatchObject({ kind: 'column', table: 't', column: 'c' })
    expect(grantObjectOf(`databases.${'d'.repeat(128)}`).name).toHaveLength(128)
  })

  it.each([
    '',
    'databases',
    'databases.',
    'databases.d.tables',
    'databases.d.columns.c',
    `databases.${'d'.repeat(129)}`,
    'datasourceauth.a.b',
    'x.y',
  ])('is not %s', (text) => {
    expect(() => grantObjectOf(text)).toThrow('object is datasourceauth.{name}')
  })

  it.each(['queues.q1', 'jobs.flink.1', 'groups.g', 'resources.r', 'elasticresourcepools.p', 'variables.v'])(
    '%s is refused with the way out',
    (text) => {
      expect(() => grantObjectOf(text)).toThrow(/queues\/user-authorization|give them a role/)
    },
  )
})

describe('a grant', () => {
  const table = grantObjectOf('databases.d.tables.t')
  const authInfo = grantObjectOf('datasourceauth.a')

  it('grows, shrinks and is replaced', () => {
    expect(changeObjectGrant(table, ['SELECT'], 'grant', ['DROP_TABLE', 'SELECT'])).toEqual(['SELECT', 'DROP_TABLE'])
    expect(changeObjectGrant(table, ['DROP_TABLE', 'SELECT'], 'revoke', ['SELECT'])).toEqual(['DROP_TABLE'])
    expect(changeObjectGrant(table, ['SELECT'], 'update', [])).toEqual([])
    expect(changeObjectGrant(table, ['DROP_TABLE'], 'update', ['SELECT', 'DROP_TABLE', 'SELECT'])).toEqual(['SELECT', 'DROP_TABLE'])
    expect(() => changeObjectGrant(table, [], 'grant', [])).toThrow('privileges is empty')
    expect(() => changeObjectGrant(table, [], 'grant', ['select'])).toThrow('capital letters')
    expect(() => changeObjectGrant(authInfo, [], 'grant', ['SELECT'])).toThrow('privilege SELECT is unknown')
    const many = Array.from({ length: 101 }, (_, at) => `P${'X'.repeat(at % 30)}_${'Y'.repeat(Math.floor(at / 30))}`)
    expect(changeObjectGrant(table, [], 'grant', many.slice(1))).toHaveLength(100)
    expect(() => changeObjectGrant(table, [], 'grant', many)).toThrow('at most 100')
  })

  it('is needed by everybody but the owner and administrators', () => {
    const caller = (name: string, role: Caller['role']) => ({ user: { id: name, name }, role }) as Caller
    const check = (name: string, role: Caller['role'], held: readonly string[]) =>
      checkObjectPrivilege('datasourceauth.a', { owner: 'ann', ownerId: 'ann' as UserId }, caller(name, role), held, 'USE_AUTH')
    expect(() => check('ann', 'editor', [])).not.toThrow()
    expect(() => check('eve', 'admin', [])).not.toThrow()
    expect(() => check('eve', 'editor', ['USE_AUTH'])).not.toThrow()
    expect(() => check('eve', 'editor', ['DROP_AUTH'])).toThrow(
      "Permission denied for resource 'datasourceauth.a', User = 'eve', Action = 'USE_AUTH'",
    )
  })
})
