// Acts and what they change: both on disk or neither, whatever is refused, grouped or rolled back.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEntry, DomainId } from '@tributary/rules'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asAct } from './act.ts'
import { Store } from './store.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-act-'))
  store = await Store.open({ path: join(folder, 'store.db'), sealingKey: randomBytes(32) })
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const entryOf = (requestId: string): AuditEntry => ({
  at: 1,
  kind: 'change',
  userId: 'u',
  userName: 'ann',
  action: 'iam:domains:create',
  projectId: 'p',
  resource: 'domains',
  outcome: 'ok',
  requestId,
  address: '127.0.0.1',
})

const told = async (): Promise<readonly string[]> => (await store.audit.list({ limit: 1000 })).map(({ requestId }) => requestId)
const domain = (name: string) => ({ id: name as DomainId, name, createdAt: 1 })

/** What one act does, in order: writes that stay, writes that are rolled back, reads. */
const steps = fc.array(fc.constantFrom('write', 'fail', 'read', 'idle'), { maxLength: 4 })

describe('an act', () => {
  it('is told exactly when something of it is on disk, beside others in any order', async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 8 }), async (plans) => {
        const run = `run ${runs++}:`
        await Promise.all(
          plans.map((plan, index) =>
            asAct(entryOf(`${run} ${index}`), async () => {
              for (const [at, step] of plan.entries()) await take(step, `${run} ${index} ${at}`)
            }),
          ),
        )
        const expected = plans.flatMap((plan, index) => (plan.includes('write') ? [`${run} ${index}`] : []))
        expect((await told()).filter((id) => id.startsWith(run)).toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: 40 },
    )
  })

  it('tells of a write outside transactions too, once, and of nothing that it leaves behind', async () => {
    let later = Promise.resolve()
    await asAct(entryOf('r1'), async () => {
      await store.domains.insert(domain('a'))
      await store.domains.insert(domain('b'))
      later = new Promise((resolve) => setTimeout(resolve, 20)).then(() => store.domains.insert(domain('c')))
    })
    await later
    await asAct(entryOf('r2'), async () => {
      later = new Promise((resolve) => setTimeout(resolve, 20)).then(() => store.domains.insert(domain('d')))
    })
    await later
    expect(await told()).toEqual(['r1'])
  })
})

async function take(step: string, name: string): Promise<void> {
  if (step === 'write') await store.transaction((tx) => tx.domains.insert(domain(name)))
  if (step === 'read') await store.transaction(async (tx) => tx.domains.find({ name }))
  if (step === 'fail') {
    const failing = store.transaction(async (tx) => {
      await tx.domains.insert(domain(name))
      throw new Error('refused')
    })
    await failing.catch(() => undefined)
  }
}

/** A process that writes as one act after another until it is killed, and says which were answered. */
const writer = `
  import { asAct, Store } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
  const store = await Store.open({ path: process.argv[1], sealingKey: Buffer.alloc(32) })
  const entry = ${JSON.stringify(entryOf(''))}
  const write = async (lane) => {
    for (let at = 0; ; at++) {
      const id = lane + '-' + at
      await asAct({ ...entry, requestId: id }, () => store.transaction((tx) => tx.domains.insert({ id, name: id, createdAt: 1 })))
      process.stdout.write(id + '\\n')
    }
  }
  await Promise.all(['a', 'b', 'c', 'd'].map(write))
`

describe('a process that is killed', () => {
  it('leaves no change without its entry, no entry without its change, and every answered one', async () => {
    let answered = 0
    for (let round = 0; round < 5; round++) {
      const path = join(folder, `killed-${round}.db`)
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer, path], { stdio: ['ignore', 'pipe', 'inherit'] })
      let output = ''
      child.stdout.on('data', (chunk) => {
        output += String(chunk)
      })
      await vi.waitFor(() => expect(output.split('\n').length).toBeGreaterThan(20 * (round + 1)), { timeout: 20_000, interval: 5 })
      child.kill('SIGKILL')
      await once(child, 'close')
      await using killed = await Store.open({ path, sealingKey: Buffer.alloc(32) })
      const entries = (await killed.audit.list({ limit: 100_000 })).map(({ requestId }) => requestId)
      const lines = output.split('\n').slice(0, -1)
      answered += lines.length
      expect(new Set(entries).size).toBe(entries.length)
      const changes = await Promise.all(entries.map(async (id) => (await killed.domains.find({ id })) !== undefined))
      expect(changes.every(Boolean)).toBe(true)
      expect(lines.filter((id) => !entries.includes(id))).toEqual([])
      for (const lane of ['a', 'b', 'c', 'd']) {
        const next = `${lane}-${entries.filter((id) => id.startsWith(lane)).length}`
        expect([next, await killed.domains.find({ id: next })]).toEqual([next, undefined])
      }
    }
    expect(answered).toBeGreaterThan(100)
  }, 60_000)
})

describe('the audit', () => {
  it('finds acts by who, what, where and when, newest first and page by page, and forgets the oldest in pieces', async () => {
    const all = Array.from({ length: 10 }, (_, index) => ({
      ...entryOf(`r${index}`),
      at: index,
      projectId: index % 2 === 0 ? 'even' : 'odd',
      userName: index < 5 ? 'ann' : 'bob',
      kind: index === 9 ? ('denial' as const) : ('change' as const),
    }))
    for (const entry of all) await store.audit.insert(entry)
    const found = async (filter: object) => (await store.audit.list({ limit: 100, ...filter })).map(({ at }) => at)
    expect(await found({})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(await found({ projectId: 'even' })).toEqual([8, 6, 4, 2, 0])
    expect(await found({ user: 'ann', from: 2, to: 4 })).toEqual([3, 2])
    expect(await found({ user: 'u', kind: 'denial' })).toEqual([9])
    expect(await found({ action: 'nothing' })).toEqual([])
    const [last] = await store.audit.list({ limit: 1 })
    expect(await found({ before: last?.id, limit: 2 })).toEqual([8, 7])
    expect((await store.audit.listAfter(0, 3)).map(({ at }) => at)).toEqual([0, 1, 2])
    expect([await store.audit.removeBefore(5, 3), await store.audit.removeBefore(5, 3), await store.audit.removeBefore(5, 3)]).toEqual([
      3, 2, 0,
    ])
    expect(await found({})).toEqual([9, 8, 7, 6, 5])
  })
})
