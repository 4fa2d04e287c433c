// Folders of exports: there whole or not at all, whenever the process ends.

import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkExport, exportFileName, type ExportOrder, type JobId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExportFolders } from './export-folders.ts'

let root: string
let from: string
let folders: ExportFolders
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tributary-exports-'))
  from = await mkdtemp(join(tmpdir(), 'tributary-from-'))
  folders = new ExportFolders(join(root, 'exports'))
})
afterEach(async () => {
  await rm(root, { recursive: true, force: true })
  await rm(from, { recursive: true, force: true })
})

const [first, second] = ['b1c0ffee-0000-4000-8000-000000000001', 'b1c0ffee-0000-4000-8000-000000000002'] as [JobId, JobId]
const order = (mode = 'ErrorIfExists', dataPath = 'obs://b/f/g'): ExportOrder =>
  checkExport({ source: first }, { dataPath, dataType: 'csv', mode })
const place = () => join(root, 'exports', 'b', 'f', 'g')

async function written(id: JobId, text: string): Promise<string> {
  await writeFile(join(from, exportFileName(id, order())), text)
  return from
}

async function shown(): Promise<string> {
  const names = (await readdir(place())).toSorted()
  expect(names).toEqual(['_SUCCESS', expect.stringMatching(/^part-00000-.*-c000[.]csv$/)])
  return readFile(join(place(), names[1] ?? ''), 'utf8')
}

describe('the room of exports', () => {
  it('is bound by what lies there, and what is overwritten is given back', async () => {
    await mkdir(place(), { recursive: true })
    await writeFile(join(place(), 'part'), '12345')
    const small = new ExportFolders(join(root, 'exports'), 8)
    await small.requireRoom(order('ErrorIfExists', 'obs://b/new'), 3)
    await expect(small.requireRoom(order('ErrorIfExists', 'obs://b/new'), 4)).rejects.toMatchObject({ kind: 'exhausted' })
    await small.requireRoom(order('Overwrite'), 8)
    await expect(small.requireRoom(order('Overwrite'), 9)).rejects.toMatchObject({ kind: 'exhausted' })
  })
})

describe('a delivery', () => {
  it('is kept, and its job is known by it', async () => {
    expect(await folders.isThere('obs://b/f/g')).toBe(false)
    await using delivery = await folders.deliver(first, order(), await written(first, 'one'))
    expect(await folders.listPending()).toEqual([first])
    await delivery.keep()
    expect(await shown()).toBe('one')
    expect(await folders.isThere('obs://b/f/g')).toBe(true)
    expect(await folders.sizeOf(first, order())).toBe(3)
    expect(await folders.sizeOf(second, order())).toBeUndefined()
    expect(await folders.listPending()).toEqual([])
  })

  it('is taken back unless it is kept, and what was there is there again', async () => {
    await (await folders.deliver(first, order(), await written(first, 'one'))).keep()
    {
      await using _lost = await folders.deliver(second, order('Overwrite'), await written(second, 'two'))
      expect(await shown()).toBe('two')
    }
    expect(await shown()).toBe('one')
    expect(await folders.listPending()).toEqual([])
  })

  it('does not go where something is, unless it is to be overwritten', async () => {
    await (await folders.deliver(first, order(), await written(first, 'one'))).keep()
    await expect(folders.deliver(second, order(), await written(second, 'two'))).rejects.toMatchObject({ kind: 'conflict' })
    expect(await shown()).toBe('one')
    expect(await folders.listPending()).toEqual([])
    await (await folders.deliver(second, order('Overwrite'), await written(second, 'two'))).keep()
    expect(await shown()).toBe('two')
  })

  it('follows no link, and goes through no file', async () => {
    await mkdir(join(root, 'exports', 'b'), { recursive: true })
    await mkdir(join(root, 'elsewhere'))
    await symlink(join(root, 'elsewhere'), join(root, 'exports', 'b', 'f'))
    await expect(folders.deliver(first, order(), await written(first, 'one'))).rejects.toMatchObject({ kind: 'conflict' })
    await rm(join(root, 'exports', 'b', 'f'))
    await writeFile(join(root, 'exports', 'b', 'f'), 'a file')
    await expect(folders.isThere('obs://b/f/g')).rejects.toMatchObject({ kind: 'conflict' })
    expect(await readdir(join(root, 'elsewhere'))).toEqual([])
  })
})

describe('after a crash', () => {
  // What a process leaves that ends before the named step.
  const crashes = {
    'between the two renames': async (pending: string) => {
      await rm(place(), { recursive: true })
      await mkdir(join(pending, 'new'), { recursive: true })
    },
    'before the end of the job is written': async () => undefined,
  }

  it.each(Object.entries(crashes))('%s, what was there is there again', async (_, crash) => {
    await (await folders.deliver(first, order(), await written(first, 'one'))).keep()
    await folders.deliver(second, order('Overwrite'), await written(second, 'two'))
    await crash(join(root, 'exports', '.pending', second))
    await new ExportFolders(join(root, 'exports')).settle(second, false)
    expect(await shown()).toBe('one')
    expect(await folders.listPending()).toEqual([])
  })

  it('before anything has moved, nothing is touched', async () => {
    await mkdir(join(root, 'exports', '.pending', first, 'new'), { recursive: true })
    await writeFile(join(root, 'exports', '.pending', first, 'order.json'), '{"dataPa')
    await folders.settle(first, false)
    expect(await readdir(join(root, 'exports'))).toEqual(['.pending'])
    expect(await folders.listPending()).toEqual([])
  })

  it('after the end of the job is written, the new one stays', async () => {
    await (await folders.deliver(first, order(), await written(first, 'one'))).keep()
    await folders.deliver(second, order('Overwrite'), await written(second, 'two'))
    await new ExportFolders(join(root, 'exports')).settle(second, true)
    expect(await shown()).toBe('two')
    expect(await folders.listPending()).toEqual([])
  })
})
