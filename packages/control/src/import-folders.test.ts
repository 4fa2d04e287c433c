// Files of imports are taken as they are, from the project's own folders alone, whatever is put in their place meanwhile.

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProjectId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ImportFolders, type TakeOrder } from './import-folders.ts'

let folder: string
let folders: ImportFolders
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-import-folders-'))
  for (const path of ['imports/p1/b/f', 'exports/b/f', 'job', 'hidden']) mkdirSync(join(folder, path), { recursive: true })
  writeFileSync(join(folder, 'imports/p1/b/f/one.csv'), 'one')
  writeFileSync(join(folder, 'exports/b/f/part.csv'), 'exported')
  writeFileSync(join(folder, 'hidden/one.csv'), 'hidden')
  folders = new ImportFolders({ importDir: join(folder, 'imports'), exportDir: join(folder, 'exports'), mostBytes: 10 })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function orderOf(dataPath: string, changes: Partial<TakeOrder> = {}): TakeOrder {
  const { signal } = new AbortController()
  const usual = { projectId: 'p1' as ProjectId, isOwnBucket: false, directory: join(folder, 'job'), signal }
  return { ...usual, order: { dataPath, type: 'csv' }, ...changes }
}

describe('import folders', () => {
  it('give a file, or all of a folder, under their names', async () => {
    writeFileSync(join(folder, 'imports/p1/b/f/two.csv.gz'), 'two')
    writeFileSync(join(folder, 'imports/p1/b/f/.hidden'), 'x')
    const taken = await folders.take(orderOf('obs://b/f/'))
    expect(taken.map(({ name, compress, bytes, path }) => [name, compress, bytes, readFileSync(path, 'utf8')])).toEqual([
      ['one.csv', 'none', 3, 'one'],
      ['two.csv.gz', 'gzip', 3, 'two'],
    ])
    expect(await folders.take(orderOf('obs://b/f/one.csv'))).toHaveLength(1)
  })

  it('are those of the project, and of the buckets that it exports to', async () => {
    const other = { projectId: 'p2' as ProjectId }
    await expect(folders.check(orderOf('obs://b/f', other))).rejects.toMatchObject({ kind: 'invalid' })
    const [own] = await folders.take(orderOf('obs://b/f', { ...other, isOwnBucket: true }))
    expect(readFileSync(own?.path ?? '', 'utf8')).toBe('exported')
  })

  it('are looked at again when they are read: a way that leads elsewhere by then is refused', async () => {
    const order = orderOf('obs://b/f/one.csv')
    await folders.check(order)
    renameSync(join(folder, 'imports/p1/b/f'), join(folder, 'was'))
    symlinkSync(join(folder, 'hidden'), join(folder, 'imports/p1/b/f'))
    await expect(folders.take(order)).rejects.toMatchObject({ kind: 'conflict' })
    rmSync(join(folder, 'imports/p1/b/f'))
    mkdirSync(join(folder, 'imports/p1/b/f'))
    symlinkSync(join(folder, 'hidden/one.csv'), join(folder, 'imports/p1/b/f/one.csv'))
    await expect(folders.take(order)).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('have a bound, and stop when they are told to', async () => {
    writeFileSync(join(folder, 'imports/p1/b/f/two.csv'), '12345678')
    await expect(folders.take(orderOf('obs://b/f'))).rejects.toMatchObject({
      kind: 'exhausted',
      message: expect.stringContaining('max-import'),
    })
    const reason = new Error('stopped')
    await expect(folders.take(orderOf('obs://b/f/one.csv', { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
  })
})
