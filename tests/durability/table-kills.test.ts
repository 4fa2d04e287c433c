// kill -9 under writers of managed tables, again and again: what is FINISHED is there whole, what is not is not there at all.

import { describe, expect, it } from 'vitest'
import { tableKills } from './table-kills.ts'

const rounds = 5

describe('managed tables under a server that is killed', () => {
  it(
    `show every write whole or not at all, ${rounds} times`,
    async () => {
      const report = await tableKills({ rounds })
      expect(report.problems).toEqual([])
      expect(report.rounds).toBe(rounds)
      expect(report.finished).toBeGreaterThan(rounds)
      expect(report.failed + report.unheard).toBeGreaterThan(0)
    },
    rounds * 60_000,
  )
})
