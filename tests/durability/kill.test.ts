// kill -9 under eight writers, again and again: no acknowledged write is lost, none is half done, paths converge, no process is left behind.

import { describe, expect, it } from 'vitest'
import { canWeigh } from '../bench/processes.ts'
import { killRounds } from './kill-rounds.ts'

/** Enough to see that nothing is broken; `npm run durability` runs as many as it is told, a hundred where a change is judged. */
const rounds = 10
const perRoundMs = 30_000
/** Of the kinds of writes, those that every run comes by; that stories make all of them is asserted beside the counting of syncs. */
const fewestKinds = 25

describe.skipIf(!canWeigh)('a server that is killed while it writes (children are listed by /proc)', () => {
  it(
    `keeps what it has acknowledged, ${rounds} times`,
    async () => {
      const report = await killRounds({ rounds, seed: Date.now() % 1_000_000 })
      expect(report.problems).toEqual([])
      expect(report.rounds).toBe(rounds)
      expect(report.acknowledged.size).toBeGreaterThan(fewestKinds)
      expect([...report.interrupted.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(rounds)
      expect(report.endedChildren).toBeGreaterThan(0)
      expect(report.readAtEnd).toBeGreaterThan(0)
    },
    rounds * perRoundMs,
  )
})
