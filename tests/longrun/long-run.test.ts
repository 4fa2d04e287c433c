// A long run in short: minutes of four seconds, to see that all of it is called, watched and ended; too short to judge what is flat.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canWeigh } from '../bench/processes.ts'
import { longRun } from './long-run.ts'
import { heldByChildren } from './samples.ts'
import { judge } from './verdict.ts'

const minuteMs = 4_000

describe.skipIf(!canWeigh)('a long run (processes are weighed by /proc)', () => {
  it('calls everything by the clock, watches, and leaves nothing behind', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tributary-longrun-test-'))
    try {
      const run = await longRun({ minutes: 3, seed: 11, directory, minuteMs })
      expect(run.failures).toEqual([])
      const findings = judge(run)
      const judged = findings.filter(({ what }) => /^(answers|calls|kinds|end|data directory: (log|results|scratch))/.test(what))
      expect(judged.filter(({ isMet }) => !isMet)).toEqual([])
      expect(judged).toHaveLength(9)
      expect(run.samples.length).toBeGreaterThan(60)
      expect(run.samples.at(-1)?.engineCount).toBeGreaterThan(0)
      expect(run.control.answered.length).toBeGreaterThan(200)
      expect(run.control.synced.length).toBeGreaterThan(50)
      expect(new Set(run.statuses.keys())).toEqual(new Set([200, 201, 401]))
      expect(run.stocks.late.liveHeap).toBeGreaterThan(5)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }, 120_000)

  it('ends early when it is told to, and leaves nothing behind either', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tributary-longrun-test-'))
    try {
      const broken = new AbortController()
      const say = (): void => broken.abort(new Error('ended by somebody'))
      await expect(longRun({ minutes: 3, seed: 11, directory, minuteMs, signal: broken.signal, say })).rejects.toThrow('ended by somebody')
      expect(heldByChildren(process.pid).processes).toEqual([])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }, 120_000)
})
