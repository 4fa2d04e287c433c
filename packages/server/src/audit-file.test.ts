// The file beside the table: every act once, over restarts, half lines and rotations.

import { appendFileSync, existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeptAuditEntry } from '@tributary/rules'
import { expect, it } from 'vitest'
import { AuditFile } from './audit-file.ts'
import { openLog } from './log.ts'

const common = {
  at: 0,
  kind: 'change',
  userId: 'u',
  userName: 'ann',
  action: 'a',
  projectId: 'p',
  outcome: 'ok',
  requestId: 'r',
  address: '',
} as const
const log = openLog('silent')

function ground() {
  const path = join(mkdtempSync(join(tmpdir(), 'tributary-audit-')), 'audit.jsonl')
  const acts: KeptAuditEntry[] = []
  const add = (count: number) => {
    for (let index = 0; index < count; index++) acts.push({ id: acts.length + 1, ...common, resource: 'x'.repeat(50) })
  }
  const open = (mostBytes = 1e6) =>
    new AuditFile({ path, mostBytes, mostFiles: 3, log, listAfter: async (id, limit) => acts.filter((act) => act.id > id).slice(0, limit) })
  const ids = (file: string): readonly number[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => /^\{"id":(\d+),.*\}$/.exec(line)?.[1] ?? [])
      .map(Number)
  return { path, add, open, ids }
}

const upTo = (last: number, first = 1): readonly number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index)

it('goes on where it was, also behind half a line', async () => {
  const { path, add, open, ids } = ground()
  add(1200)
  await open()[Symbol.asyncDispose]()
  expect(ids(path)).toEqual(upTo(1200))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  appendFileSync(path, '{"id":1201,"at":"20')
  add(2)
  await open()[Symbol.asyncDispose]()
  expect(ids(path)).toEqual(upTo(1202))
})

it('begins a new file when one is full, and keeps so many', async () => {
  const { path, add, open, ids } = ground()
  for (let round = 0; round < 6; round++) {
    add(500)
    await open(10_000)[Symbol.asyncDispose]()
  }
  expect(existsSync(path)).toBe(false)
  expect([ids(`${path}.1`), ids(`${path}.2`), ids(`${path}.3`)]).toEqual([upTo(3000, 2501), upTo(2500, 2001), upTo(2000, 1501)])
  expect(existsSync(`${path}.4`)).toBe(false)
  add(1)
  await open(10_000)[Symbol.asyncDispose]()
  expect(ids(path)).toEqual([3001])
})
