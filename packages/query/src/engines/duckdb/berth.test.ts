// The place of a child on disk: what is handed over, what is refused, what is lent, and what is left in the end. Real files and users.

import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ServiceError } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Berth } from './berth.ts'
import { Confinement, mostUsers } from './confinement.ts'

const isRoot = process.getuid?.() === 0
const firstUser = isRoot ? 60_706 : 0

let data: string
let confinement: Confinement
let berth: Berth
let kept: string

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tributary-berth-'))
  confinement = new Confinement({
    nodePath: process.execPath,
    script: fileURLToPath(new URL('./child.ts', import.meta.url)),
    scratchDirectory: join(data, 'scratch'),
    firstUser,
    ownNetwork: false,
    isDoorPossible: true,
    fileBytes: 2 ** 20,
  })
  berth = new Berth(join(data, 'scratch'), confinement, confinement.takeUser())
  kept = join(data, 'kept')
  mkdirSync(kept, { mode: 0o700 })
})
afterEach(async () => {
  await berth[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

/** A file as the child would leave it. */
function leave(path: string, text = 'rows'): void {
  writeFileSync(path, text)
  if (berth.user !== undefined) chownSync(path, berth.user, -1)
}

async function refused(job: string): Promise<void> {
  await expect(berth.handOver(job, kept)).rejects.toThrow(ServiceError)
  expect(readdirSync(kept)).toEqual([])
}

describe('a job', () => {
  it('hands its files over, which are the server’s alone from then on', async () => {
    const job = berth.openJob()
    leave(join(job, 'result.parquet'))
    leave(join(job, 'preview.json'), '{}')
    await berth.handOver(job, kept)
    expect(readdirSync(kept).toSorted()).toEqual(['preview.json', 'result.parquet'])
    const { uid, mode } = statSync(join(kept, 'result.parquet'))
    expect([uid, mode & 0o777]).toEqual([process.getuid?.(), 0o600])
    expect(readdirSync(job)).toEqual([])
  })

  it('hands over no link to a file of the server', async () => {
    const secret = join(data, 'sealing.key')
    writeFileSync(secret, 'key', { mode: 0o600 })
    const symbolic = berth.openJob()
    symlinkSync(secret, join(symbolic, 'preview.json'))
    await refused(symbolic)
    const hard = berth.openJob()
    linkSync(secret, join(hard, 'preview.json'))
    await refused(hard)
    expect(readFileSync(secret, 'utf8')).toBe('key')
  })

  it('hands over no directory, and no file that has a second name', async () => {
    const nested = berth.openJob()
    mkdirSync(join(nested, 'inner'))
    await refused(nested)
    const twice = berth.openJob()
    leave(join(twice, 'one'))
    linkSync(join(twice, 'one'), join(berth.directory, 'output', 'other'))
    await refused(twice)
  })

  it.skipIf(!isRoot)('hands over no file of somebody else (which only root can make)', async () => {
    const job = berth.openJob()
    writeFileSync(join(job, 'result.parquet'), 'rows')
    await refused(job)
  })
})

describe('a berth', () => {
  it('lends files for a while, readable and no more, and takes them back', async () => {
    const file = join(data, 'rows.parquet')
    writeFileSync(file, 'rows', { mode: 0o600 })
    const lent = await berth.lend([file, file])
    expect(lent.paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['rows', 'rows'])
    const again = await berth.lend([file])
    expect(new Set([...lent.paths, ...again.paths]).size).toBe(1)
    await again.takeBack()
    expect(lent.paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['rows', 'rows'])
    for (const path of lent.paths) expect(path.startsWith(join(berth.directory, 'tables'))).toBe(true)
    expect(statSync(file).mode & 0o007).toBe(0)
    await lent.takeBack()
    expect(readdirSync(join(berth.directory, 'tables'))).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe('rows')
  })

  it('takes back what it lent before one was missing', async () => {
    const file = join(data, 'rows.parquet')
    writeFileSync(file, 'rows')
    await expect(berth.lend([file, join(data, 'missing')])).rejects.toThrow(ServiceError)
    expect(readdirSync(join(berth.directory, 'tables'))).toEqual([])
  })

  it('gives its user back and leaves nothing', async () => {
    const { user, directory } = berth
    expect(user).toBe(isRoot ? firstUser : undefined)
    await berth[Symbol.asyncDispose]()
    expect(existsSync(directory)).toBe(false)
    const others = Array.from({ length: mostUsers }, () => confinement.takeUser())
    expect(new Set(others).size).toBe(isRoot ? mostUsers : 1)
    // Nobody gets it again while there are others.
    expect(others.at(-1)).toBe(user)
    expect(confinement.hasFreeUser).toBe(!isRoot)
  })

  it.skipIf(!isRoot)('stays the server’s, and what is in it is the child’s (users of their own need root)', () => {
    expect(statSync(berth.directory)).toMatchObject({ uid: 0, gid: firstUser })
    expect(statSync(berth.directory).mode & 0o777).toBe(0o710)
    for (const name of ['output', 'spill', 'tables']) expect(statSync(join(berth.directory, name))).toMatchObject({ uid: berth.user })
    expect(statSync(data).mode & 0o777).toBe(0o710)
  })
})

describe.skipIf(!isRoot)('the data directory (which is opened for root alone)', () => {
  it('is left as it is where its owner has opened it to a group, and children then have no users of their own', () => {
    const shared = mkdtempSync(join(tmpdir(), 'tributary-shared-'))
    rmSync(shared, { recursive: true })
    mkdirSync(shared, { mode: 0o750 })
    const held = new Confinement({
      nodePath: process.execPath,
      script: fileURLToPath(new URL('./child.ts', import.meta.url)),
      scratchDirectory: join(shared, 'scratch'),
      firstUser,
      ownNetwork: true,
      isDoorPossible: false,
      fileBytes: 2 ** 20,
    })
    expect(statSync(shared).mode & 0o777).toBe(0o750)
    expect(held.takeUser()).toBeUndefined()
    expect(held.lacks).toEqual([
      `${shared} lets no other user through: children run as the server's user`,
      'the path of the data directory is too long for a socket file: children dial by themselves',
    ])
    rmSync(shared, { recursive: true })
  })

  it('closes the files beside the scratch directory to everybody else', () => {
    const other = mkdtempSync(join(tmpdir(), 'tributary-open-'))
    writeFileSync(join(other, 'tributary.db'), 'rows', { mode: 0o644 })
    const options = { nodePath: process.execPath, script: fileURLToPath(new URL('./child.ts', import.meta.url)), firstUser }
    const held = new Confinement({
      ...options,
      scratchDirectory: join(other, 'scratch'),
      ownNetwork: false,
      isDoorPossible: true,
      fileBytes: 1,
    })
    expect(held.takeUser()).toBe(firstUser)
    expect(statSync(join(other, 'tributary.db')).mode & 0o777).toBe(0o640)
    rmSync(other, { recursive: true })
  })
})
