// What can be granted on auth-infos, databases, tables and columns, and what that changes.

import { describe, expect, it } from 'vitest'
import type { Caller } from './identity.ts'
import type { UserId } from './ids.ts'
import { changeObjectGrant, checkObjectPrivilege, grantObjectOf, privilegesOn } from './object-grant.ts'

describe('an object', () => {
  it('is named by its path', () => {
    const none = { database: '', table: '', column: '' }
    expect(grantObjectOf('datasourceauth.Keys')).toEqual({ kind: 'datasourceauth', path: 'datasourceauth.Keys', name: 'Keys', ...none })
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
    'my.jobs.flink',
  ])('is not %s', (text) => {
    expect(() => grantObjectOf(text)).toThrow(
      expect.objectContaining({ kind: 'invalid', message: expect.stringContaining('object is datasourceauth.{name}') }),
    )
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
    expect(() => changeObjectGrant(authInfo, [], 'grant', ['SELECT'])).toThrow('privilege SELECT is unknown')
  })

  it.each([
    ['databases.d.tables.t', 'SELEC', 'SELECT'],
    ['databases.d.tables.t', 'select', 'SELECT'],
    ['databases.d.tables.t', 'CREATE_TABLE', 'DROP_TABLE'],
    ['databases.d.tables.t.columns.c', 'SUBMIT_JOB', 'SELECT'],
    ['databases.d', 'BIND_QUEUE', 'CREATE_TABLE'],
    ['datasourceauth.a', 'SELECT', 'USE_AUTH'],
  ])('on %s of %s is refused with what there is', (text, privilege, known) => {
    const object = grantObjectOf(text)
    expect(() => changeObjectGrant(object, [], 'grant', [known, privilege])).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message: expect.stringMatching(new RegExp(`^privilege ${privilege} is unknown: it is one of .*\\b${known}\\b`)),
      }),
    )
    expect(changeObjectGrant(object, [], 'update', [known])).toEqual([known])
  })

  it('that is not known any more can be taken back', () => {
    expect(changeObjectGrant(table, ['OLD_ONE', 'SELECT'], 'revoke', ['OLD_ONE'])).toEqual(['SELECT'])
  })

  it('is needed by everybody but the owner and administrators', () => {
    const caller = (name: string, role: Caller['role']) => ({ user: { id: name, name }, role }) as Caller
    const check = (name: string, role: Caller['role'], held: readonly string[]) =>
      checkObjectPrivilege('datasourceauth.a', { owner: 'ann', ownerId: 'ann' as UserId }, caller(name, role), held, 'USE_AUTH')
    expect(() => check('ann', 'editor', [])).not.toThrow()
    expect(() => check('eve', 'admin', [])).not.toThrow()
    expect(() => check('eve', 'editor', ['USE_AUTH'])).not.toThrow()
    const ofNobody = (): void => {
      checkObjectPrivilege('datasourceauth.a', { owner: 'ann' }, caller('eve', 'editor'), [], 'USE_AUTH')
    }
    expect(ofNobody).toThrow(/: ask an administrator to grant it$/)
    expect(() => check('eve', 'editor', ['DROP_AUTH'])).toThrow(
      "Permission denied for resource 'datasourceauth.a', User = 'eve', Action = 'USE_AUTH'",
    )
  })
})

describe('what is granted elsewhere', () => {
  it.each([
    ['queues.q1', 'rights on queues are granted by PUT /v1.0/{project_id}/queues/user-authorization'],
    ['jobs.flink.1', 'rights on jobs are not granted to users here: give them a role in the project'],
    ['variables.v', 'rights on variables are not granted to users here: give them a role in the project'],
  ])('%s is refused in full words', (text, message) => {
    expect(() => grantObjectOf(text)).toThrow(expect.objectContaining({ kind: 'unsupported', message }))
  })
})

describe('a grant on an auth-info', () => {
  const authInfo = grantObjectOf('datasourceauth.a')

  it('takes what is published for it', () => {
    expect(changeObjectGrant(authInfo, ['USE_AUTH'], 'grant', ['DROP_AUTH', 'SHOW_PRIVILEGES'])).toEqual([
      'USE_AUTH',
      'DROP_AUTH',
      'SHOW_PRIVILEGES',
    ])
  })

  it.each(['grant', 'revoke'] as const)('names something to %s', (action) => {
    expect(() => changeObjectGrant(authInfo, ['USE_AUTH'], action, [])).toThrow(
      expect.objectContaining({ kind: 'invalid', message: 'privileges is empty: name at least one' }),
    )
  })

  it('is missed in the published words, with whom to ask', () => {
    const eve = { user: { id: 'eve', name: 'eve' }, role: 'editor' } as Caller
    const owned = { owner: 'ann', ownerId: 'ann' as UserId }
    expect(() => checkObjectPrivilege('datasourceauth.a', owned, eve, [], 'USE_AUTH')).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message:
          "Permission denied for resource 'datasourceauth.a', User = 'eve', Action = 'USE_AUTH': ask ann, who owns it, or an administrator to grant it",
      }),
    )
  })
})

describe('what was granted allows', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['SELECT'], ['SELECT']],
    [['DROP_TABLE', 'SELECT'], ['SELECT']],
    [['ALL'], ['SELECT']],
    [['DROP_TABLE', 'ALL'], ['SELECT']],
    [['DROP_TABLE'], []],
    [[], []],
  ])('%j to SELECT: %j', (held, allowed) => {
    expect(privilegesOn(held, 'SELECT')).toEqual(allowed)
  })
})
