// kill -9 under exports, again and again: a folder is there whole or not at all, and its job says which.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import { signIn } from './stage.ts'
import { type Json, Writer } from './writer.ts'

const rounds = 6
const rows = 150_000
/** The kill comes so long after the exports of a round were asked for, at most. */
const longestWindowMs = 1_200

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-export-kills-'))
const target = { endpoint: '', token: '' }
const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }
const caller = new Writer({ name: 'e', target, ground, chance: new Chance(1) })
let server: TributaryServer

async function start(): Promise<void> {
  server = await startTributary({ dataDir })
  target.endpoint = server.endpoint
  target.token = await signIn(server.endpoint)
}

beforeAll(start, 60_000)
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

async function ended(job_id: string): Promise<Json> {
  for (;;) {
    const { body } = await caller.call('getJobStatus', { params: { job_id } })
    if (body.status !== 'LAUNCHING' && body.status !== 'RUNNING') return body
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Every other kill comes in the middle of an export. */
async function running(job_id: string): Promise<void> {
  const read = async (): Promise<string> => (await caller.call('getJobStatus', { params: { job_id } })).body.status
  while ((await read()) === 'LAUNCHING') await new Promise((resolve) => setTimeout(resolve, 2))
}

/** Lines of the one part of a folder, and whose it is; `undefined` where there is no folder. */
function shown(folder: string): { readonly job: string; readonly lines: number } | undefined {
  const path = join(dataDir, 'exports', 'k', folder)
  if (!existsSync(path)) return undefined
  const [part = '', ...others] = readdirSync(path).toSorted().toReversed()
  expect([folder, others]).toEqual([folder, ['_SUCCESS']])
  const lines = readFileSync(join(path, part), 'utf8').split('\n').length - 1
  return { job: part.slice('part-00000-'.length, -'-c000.csv'.length), lines }
}

describe('exports under a server that is killed', () => {
  it(`are there whole or not at all, ${rounds} times`, { timeout: rounds * 60_000 }, async () => {
    const { body } = await caller.call('submitJob', { body: { sql: `SELECT id, concat('row ', id) AS t FROM range(${rows})` } })
    expect(await ended(body.job_id)).toMatchObject({ status: 'FINISHED', result_count: rows })
    const ask = async (folder: string): Promise<string> => {
      const wish = { data_path: `obs://k/${folder}`, data_type: 'csv', export_mode: 'Overwrite' }
      return (await caller.call('exportResult', { params: { job_id: body.job_id }, body: wish })).body.job_id
    }
    expect(await ended(await ask('same'))).toMatchObject({ status: 'FINISHED' })
    const states: string[] = []
    let last = shown('same')?.job
    for (let round = 0; round < rounds; round += 1) {
      const [own, same] = [await ask(`own${round}`), await ask('same')]
      await (round % 2 === 0 ? running(own) : new Promise((resolve) => setTimeout(resolve, randomInt(longestWindowMs))))
      await server.kill()
      await start()
      const [ofOwn, ofSame] = [await ended(own), await ended(same)]
      states.push(ofOwn.status, ofSame.status)
      expect(shown(`own${round}`)).toEqual(ofOwn.status === 'FINISHED' ? { job: own, lines: rows } : undefined)
      if (ofSame.status === 'FINISHED') last = same
      expect(shown('same')).toEqual({ job: last, lines: rows })
      await expect.poll(() => readdirSync(join(dataDir, 'exports', '.pending'))).toEqual([])
    }
    expect(states).toHaveLength(2 * rounds)
    expect(states.filter((state) => state !== 'FINISHED' && state !== 'FAILED')).toEqual([])
    // What was RUNNING has failed: without one the kills came too late.
    expect(new Set(states).size).toBeGreaterThan(1)
  })
})
