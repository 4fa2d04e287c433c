// Whether the disk takes writes, as a store learns it: from a commit that failed, and then from the directory itself.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskErrorOf } from './disk-errors.ts'
import { DiskWatch } from './disk-watch.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-disk-watch-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const full = (): unknown => diskErrorOf(Object.assign(new Error('database or disk is full'), { errcode: 13 }))
const refuse = async (): Promise<never> => {
  throw full()
}
const watchOf = (probePath: string) => {
  const file = { totalChanges: 0 }
  return { file, watch: new DiskWatch({ run: (work) => work() }, file, probePath) }
}

describe('the watch of a disk', () => {
  it('asks nothing while writes succeed, and nothing for errors that are not of the disk', async () => {
    const { watch } = watchOf(join(folder, 'gone', 'probe'))
    await watch.run(async () => 1)
    await expect(
      watch.run(async () => {
        throw new TypeError('a bug')
      }),
    ).rejects.toThrow('a bug')
    expect(watch.check()).toBeUndefined()
  })

  it('says why the last write failed for as long as a probe fails as well', async () => {
    const path = join(folder, 'gone', 'probe')
    const { watch } = watchOf(path)
    await expect(watch.run(refuse)).rejects.toThrow('full')
    const [one, other] = [watch.check(), watch.check()]
    expect(one).toBe(other)
    await expect(one).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('full') })
    await expect(watch.check()).rejects.toThrow('full')
  })

  it('forgets the failure once a probe finds room, and leaves nothing behind', async () => {
    const path = join(folder, 'probe')
    const { watch } = watchOf(path)
    await expect(watch.run(refuse)).rejects.toThrow('full')
    await watch.check()
    expect([watch.check(), existsSync(path)]).toEqual([undefined, false])
  })

  it('forgets it once a write has changed something; a transaction that changed nothing proves nothing', async () => {
    const { file, watch } = watchOf(join(folder, 'gone', 'probe'))
    await expect(watch.run(refuse)).rejects.toThrow('full')
    await watch.run(async () => {})
    await expect(watch.check()).rejects.toThrow('full')
    await watch.run(async () => void (file.totalChanges += 1))
    expect(watch.check()).toBeUndefined()
  })
})
