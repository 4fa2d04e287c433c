// Every operation, called as nobody, a reader, an editor, somebody of a foreign project and somebody whose rights have ended.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { allOperations, type Needs, type Operation, type OperationId } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SamplePerson, samplePerson } from '../sample-people.ts'
import { type SampleServer, type Sent, sampleServer } from '../sample-server.ts'

let server: SampleServer
const people = {} as Record<'reader' | 'editor' | 'stranger' | 'revoked' | 'dismissed', SamplePerson>
beforeAll(async () => {
  server = await sampleServer()
  const { status, text } = await server.ask('declareNetworks', { body: { projects: [{ id: 'foreign', name: 'foreign' }] } })
  if (status !== 200) throw new Error(text)
  people.reader = await samplePerson(server, 'rita', 'reader')
  people.editor = await samplePerson(server, 'ed', 'editor')
  people.stranger = await samplePerson(server, 'stan', 'admin', 'foreign')
  people.revoked = await samplePerson(server, 'rob', 'admin')
  people.dismissed = await samplePerson(server, 'dan', 'admin')
  await server.ask('revokeProjectRole', { params: { user_id: people.revoked.id, role_id: 'admin' } })
  await server.ask('deleteUser', { params: { user_id: people.dismissed.id } })
})
afterAll(() => server[Symbol.asyncDispose]())

const open: readonly Needs[] = ['nobody', 'loopback']
const roles: readonly Needs[] = ['reader', 'editor', 'admin']
/** What a caller with these rights is let into; everything else is 403. */
const withinReach = {
  reader: [...open, 'identity', 'reader'],
  editor: [...open, 'identity', 'reader', 'editor'],
  stranger: [...open, 'identity'],
  revoked: [...open, 'identity'],
} as const satisfies Record<string, readonly Needs[]>

interface Outcome {
  readonly id: string
  readonly status: number
  readonly text: string
}

/** Calls every operation, each path of it, with both credentials; says where the outcome is not the expected one. */
async function callAll(as: Sent['as'], judge: (operation: Operation, outcome: Outcome) => string | undefined): Promise<readonly string[]> {
  const seen = new Set<string>()
  const wrong: string[] = []
  for (const operation of allOperations) {
    for (const path of operation.paths.keys()) {
      const { status, text } = await server.ask(operation.id as OperationId, { ...(as === undefined ? {} : { as }), path, body: {} })
      seen.add(operation.id)
      const complaint = judge(operation, { id: operation.id, status, text })
      if (complaint !== undefined) wrong.push(`${operation.method} ${operation.paths[path]}: ${status}, ${complaint} ${text.slice(0, 200)}`)
    }
  }
  expect([...seen].sort()).toEqual(allOperations.map(({ id }) => id).sort())
  expect(seen.size).toBeGreaterThan(70)
  return wrong
}

function isRefused({ status }: Outcome): boolean {
  return status === 401 || status === 403
}

/** 401 wherever somebody has to be known, and the door is open elsewhere. */
function judgeUnknown({ needs, id }: Operation, outcome: Outcome): string | undefined {
  if (open.includes(needs)) return id !== 'issueToken' && isRefused(outcome) ? 'it is open to all' : undefined
  return outcome.status === 401 ? undefined : 'it is closed to who is not known'
}

function judgeKnown(reach: readonly Needs[]) {
  return ({ needs, action, method }: Operation, outcome: Outcome): string | undefined => {
    if (outcome.status >= 500 && outcome.status !== 501) return 'a call may not fail for that'
    if (!reach.includes(needs)) {
      if (outcome.status !== 403) return `it is out of reach (${needs})`
      return method === 'HEAD' || outcome.text.includes(`Action = '${action}'`) ? undefined : `the denial does not name ${action}`
    }
    // a call that needs an identity alone may still refuse by what it is asked for, and then names its action too
    if (needs === 'identity' && outcome.status === 403) {
      return method === 'HEAD' || outcome.text.includes(`Action = '${action}'`) ? undefined : `the denial does not name ${action}`
    }
    return isRefused(outcome) && needs !== 'nobody' ? `it is within reach (${needs})` : undefined
  }
}

describe('every operation', () => {
  it.each([
    ['nobody', () => 'nobody' as const],
    ['a wrong token', () => ({ token: 'wrong' })],
    ['a token of somebody who was dismissed', () => ({ token: people.dismissed.token })],
    ['a key of somebody who was dismissed', () => people.dismissed.key],
  ])('is closed to %s', async (_, as) => {
    expect(await callAll(as(), judgeUnknown)).toEqual([])
  })

  it.each(['token', 'key'] as const)(
    'is closed to a foreign project and to a revoked role, by %s, and the denial names the action',
    async (by) => {
      for (const who of ['stranger', 'revoked'] as const) {
        const as = by === 'token' ? { token: people[who].token } : people[who].key
        expect(await callAll(as, judgeKnown(withinReach[who]))).toEqual([])
      }
    },
  )

  it.each(['token', 'key'] as const)('lets a reader read, by %s', async (by) => {
    const as = by === 'token' ? { token: people.reader.token } : people.reader.key
    expect(await callAll(as, judgeKnown(withinReach.reader))).toEqual([])
  })

  it('lets an editor do all but administer', async () => {
    expect(await callAll({ token: people.editor.token }, judgeKnown(withinReach.editor))).toEqual([])
    const counts = roles.map((role) => allOperations.filter(({ needs }) => needs === role).length)
    expect(Math.min(...counts.slice(0, 2))).toBeGreaterThan(10)
  })

  it('inside a project that does not exist answers as inside a foreign one', async () => {
    const as = { token: people.stranger.token }
    const foreign = await server.ask('listQueues', { as })
    const missing = await server.ask('listQueues', { as, params: { project_id: 'missing' } })
    expect([missing.status, missing.body]).toEqual([foreign.status, foreign.body])
  })

  it('is asked for by some test over HTTP', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url))
    const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && name !== 'permissions.test.ts')
    const text = tests.map((name) => readFileSync(folder + name, 'utf8')).join('\n')
    // both versions of a call may be asked for by one line
    const asked = (id: string) => text.includes(`ask('${id}'`) || text.includes(`ask(\`${id.replace(/V3$/, '')}\${version}\``)
    expect(tests.length).toBeGreaterThan(5)
    expect(allOperations.map(({ id }) => id).filter((id) => !asked(id))).toEqual([])
  })
})
