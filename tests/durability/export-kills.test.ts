// kill -9 under exports, again and again: a folder is there whole or not at all, and its job says which.

import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KilledServer } from './killed-server.ts'

const rounds = 6
const rows = 150_000
/** The kill comes so long after the exports of a round were asked for, at most. */
const longestWindowMs = 1_200

let killed: KilledServer
beforeAll(async () => {
  killed = await KilledServer.open()
}, 60_000)
afterAll(() => killed?.[Symbol.asyncDispose]())

/** Lines of the one part of a folder, and whose it is; `undefined` where there is no folder. */
function shown(folder: string): { readonly job: string; readonly lines: number } | undefined {
  const path = join(killed.dataDir, 'exports', 'k', folder)
  if (!existsSync(path)) return undefined
  const [part = '', ...others] = readdirSync(path).toSorted().toReversed()
  expect([folder, others]).toEqual([folder, ['_SUCCESS']])
  const lines = readFileSync(join(path, part), 'utf8').split('\n').length - 1
  return { job: part.slice('part-00000-'.length, -'-c000.csv'.length), lines }
}

describe('exports under a server that is killed', () => {
  it(`are there whole or not at all, ${rounds} times`, { timeout: rounds * 60_000 }, async () => {
    const query = await killed.submit(`SELECT id, concat('row ', id) AS t FROM range(${rows})`)
    expect(await killed.ended(query)).toMatchObject({ status: 'FINISHED', result_count: rows })
    const ask = async (folder: string): Promise<string> => {
      const wish = { data_path: `obs://k/${folder}`, data_type: 'csv', export_mode: 'Overwrite' }
      return (await killed.caller.call('exportResult', { params: { job_id: query }, body: wish })).body.job_id
    }
    expect(await killed.ended(await ask('same'))).toMatchObject({ status: 'FINISHED' })
    const states: string[] = []
    let last = shown('same')?.job
    for (let round = 0; round < rounds; round += 1) {
      const [own, same] = [await ask(`own${round}`), await ask('same')]
      // Every other kill comes in the middle of an export.
      await (round % 2 === 0 ? killed.running(own) : new Promise((resolve) => setTimeout(resolve, randomInt(longestWindowMs))))
      await killed.server.kill()
      await killed.start()
      const [ofOwn, ofSame] = [await killed.ended(own), await killed.ended(same)]
      states.push(ofOwn.status, ofSame.status)
      expect(shown(`own${round}`)).toEqual(ofOwn.status === 'FINISHED' ? { job: own, lines: rows } : undefined)
      if (ofSame.status === 'FINISHED') last = same
      expect(shown('same')).toEqual({ job: last, lines: rows })
      await expect.poll(() => readdirSync(join(killed.dataDir, 'exports', '.pending'))).toEqual([])
    }
    expect(states).toHaveLength(2 * rounds)
    expect(states.filter((state) => state !== 'FINISHED' && state !== 'FAILED')).toEqual([])
    // What was RUNNING has failed: without one the kills came too late.
    expect(new Set(states).size).toBeGreaterThan(1)
  })
})
