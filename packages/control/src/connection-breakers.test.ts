// Breakers by connection, address and login: whom each holds up, whom it lets through, and what another way or another password makes of it.

import { type ConnectionId, type ProjectId, ServiceError } from '@tributary/rules'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConnectionBreakers, type SourceTry, type TryEnd } from './connection-breakers.ts'

const limits = { failures: 3, withinMs: 60_000, pauseMs: 10_000 }
const none: ReadonlySet<string> = new Set()

let now: number
let breakers: ConnectionBreakers

beforeEach(() => {
  now = 1_000_000
  breakers = new ConnectionBreakers(limits, () => now)
})

interface Parts {
  readonly connection?: string
  readonly port?: number
  readonly way?: string
  readonly login?: string
  readonly password?: string
  readonly project?: string
}

function tryOf({ connection = 'sales', port = 5432, way = 'w1', login = 'reader', password = 'p1', project = 'p' }: Parts = {}): SourceTry {
  return {
    way: { connectionId: connection as ConnectionId, connectionName: connection, mark: way },
    endpoint: { host: '10.71.0.5', port },
    login: { projectId: project as ProjectId, name: login, mark: password },
  }
}

function fail(tried: SourceTry, end: TryEnd, times = limits.failures): void {
  for (let time = 0; time < times; time += 1) breakers.note(tried, end)
}

/** What somebody hears who comes now and goes without having tried. */
function refusal(tried: SourceTry): string | undefined {
  try {
    breakers.check([tried], none)
    return undefined
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind !== 'unavailable') throw error
    return error.message
  }
}

describe('an address that does not answer', () => {
  it('is not dialled for a while, by nobody over that connection, and the refusal says when it will be', () => {
    fail(tryOf(), 'dial', 2)
    expect(refusal(tryOf())).toBeUndefined()
    fail(tryOf(), 'dial', 1)
    expect(refusal(tryOf({ login: 'another' }))).toBe(
      '10.71.0.5:5432 is not dialled over connection sales for now, as 3 tries in a row failed; the next try is at 1970-01-01T00:16:50.000Z, in 10 s: start the source, or ask the doctor where the way ends',
    )
    expect(refusal(tryOf({ port: 5433 }))).toBeUndefined()
    expect(refusal(tryOf({ connection: 'other' }))).toBeUndefined()
  })

  it('is another one where the way there has changed', () => {
    fail(tryOf(), 'dial')
    expect(refusal(tryOf({ way: 'w2' }))).toBeUndefined()
    expect(refusal(tryOf())).toContain('is not dialled')
    breakers.note(tryOf({ way: 'w2' }), 'open')
    expect(breakers.list()).toEqual([])
    fail(tryOf(), 'dial', 2)
    fail(tryOf({ way: 'w2' }), 'dial', 2)
    expect([refusal(tryOf()), refusal(tryOf({ way: 'w2' }))]).toEqual([undefined, undefined])
  })

  it('is forgotten when nobody has tried it for a minute more', () => {
    fail(tryOf(), 'dial')
    now += 10_000 + 60_000
    expect(breakers.list()).toHaveLength(1)
    now += 1
    expect(breakers.list()).toEqual([])
    fail(tryOf(), 'dial', 2)
    expect(refusal(tryOf())).toBeUndefined()
  })

  it('is tried by one job when the time is up, and by all when that one came through', () => {
    fail(tryOf(), 'dial')
    now += 9_999
    expect(refusal(tryOf())).toContain('in 1 s')
    now += 1
    expect(breakers.list()).toMatchObject([{ state: 'half-open', failures: 3 }])
    const probing = new Set(breakers.enter([tryOf(), tryOf({ login: 'second table' })], none))
    expect(probing.size).toBe(1)
    expect(refusal(tryOf())).toContain('another job is trying it now')
    // The job that tries may ask again.
    breakers.check([tryOf()], probing)
    breakers.note(tryOf(), 'open')
    expect(breakers.list()).toEqual([])
    breakers.abandon(probing)
    expect(refusal(tryOf())).toBeUndefined()
  })

  it('is left alone again where that one failed, and tried by the next where it said nothing', () => {
    fail(tryOf(), 'dial')
    now += 10_000
    breakers.enter([tryOf()], none)
    breakers.note(tryOf(), 'dial')
    expect(breakers.list()).toMatchObject([{ state: 'open', failures: 4, nextTryAt: now + 10_000 }])
    now += 10_000
    breakers.abandon(new Set(breakers.enter([tryOf()], none)))
    expect(breakers.enter([tryOf()], none)).toHaveLength(1)
  })
})

describe('a login that is refused', () => {
  it('holds up nobody but itself, at that address', () => {
    fail(tryOf(), 'login')
    expect(refusal(tryOf())).toMatch(
      /^auth-info reader is not tried at 10\.71\.0\.5:5432 over connection sales for now, as 3 logins in a row were refused/,
    )
    expect(refusal(tryOf({ login: 'another' }))).toBeUndefined()
    expect(refusal(tryOf({ project: 'p2' }))).toBeUndefined()
    expect(refusal(tryOf({ port: 5433 }))).toBeUndefined()
    expect(breakers.list()).toEqual([
      {
        connectionId: 'sales',
        address: '10.71.0.5:5432',
        projectId: 'p',
        loginName: 'reader',
        state: 'open',
        failures: 3,
        nextTryAt: now + 10_000,
      },
    ])
  })

  it('is another one with another password', () => {
    fail(tryOf(), 'login')
    expect(refusal(tryOf({ password: 'p2' }))).toBeUndefined()
  })

  it('shows that the address answers', () => {
    fail(tryOf(), 'dial', 2)
    fail(tryOf(), 'login', 1)
    fail(tryOf(), 'dial', 2)
    expect(refusal(tryOf({ login: 'another' }))).toBeUndefined()
  })
})

it('remembers so many and no more', () => {
  for (let index = 0; index < 10_050; index += 1) fail(tryOf({ connection: `c${index}` }), 'dial')
  expect(breakers.list()).toHaveLength(10_000)
  expect(refusal(tryOf({ connection: 'c49' }))).toBeUndefined()
  expect(refusal(tryOf({ connection: 'c50' }))).toContain('is not dialled')
})
