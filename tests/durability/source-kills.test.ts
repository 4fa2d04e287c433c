// kill -9 in the middle of an INSERT into a source: the source has every row of it or none, and the job says what is known.

import { describe, expect, it } from 'vitest'
import { mariadbAbsence } from '../servers/mariadb.ts'
import { sourceKills } from './source-kills.ts'

/** `SOURCE_KILLS=20 npm test -- tests/durability/source-kills.test.ts` for more of them. */
const rounds = Number(process.env['SOURCE_KILLS'] ?? 4)

async function check(kind: 'postgresql' | 'mariadb'): Promise<void> {
  const report = await sourceKills({ kind, rounds })
  expect(report.problems).toEqual([])
  expect(report.rounds).toBe(rounds)
  expect(report.midway).toBeGreaterThan(0)
  expect(report.rolledBack).toBeGreaterThan(0)
}

describe('a source under a server and engines that are killed', () => {
  it(`of PostgreSQL has every write whole or not at all, ${rounds} times`, () => check('postgresql'), rounds * 60_000)

  it.skipIf(mariadbAbsence() !== undefined && process.env['CI'] !== 'true')(
    `of MariaDB has every write whole or not at all, ${rounds} times`,
    () => check('mariadb'),
    rounds * 60_000,
  )
})
