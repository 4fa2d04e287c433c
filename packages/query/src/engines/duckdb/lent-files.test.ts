// Links to lent files: one name for one file, there as long as anybody reads it, however many come and go at once.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LentFiles } from './lent-files.ts'

let root: string
let file: string
let lent: LentFiles

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tributary-lent-'))
  mkdirSync(join(root, 'tables'))
  file = join(root, 'rows.parquet')
  writeFileSync(file, 'rows')
  lent = new LentFiles(join(root, 'tables'), () => Promise.resolve())
})
afterEach(() => rmSync(root, { recursive: true }))

it('gives a file the same name each time', async () => {
  const first = await lent.lend(file)
  await lent.giveBack(first)
  expect(readdirSync(join(root, 'tables'))).toEqual([])
  expect(await lent.lend(file)).toBe(first)
  expect(readFileSync(first, 'utf8')).toBe('rows')
})

it('keeps the link for those who still read, in whatever order they come and go', async () => {
  const reads = Array.from({ length: 40 }, async (_none, number) => {
    const link = await lent.lend(file)
    await new Promise((resolve) => setTimeout(resolve, (number * 7) % 5))
    const isThere = existsSync(link)
    await lent.giveBack(link)
    return isThere
  })
  expect(await Promise.all(reads)).toEqual(Array.from({ length: 40 }, () => true))
  expect(readdirSync(join(root, 'tables'))).toEqual([])
})

it('lends a file again that was missing before', async () => {
  rmSync(file)
  await expect(lent.lend(file)).rejects.toMatchObject({ code: 'ENOENT' })
  writeFileSync(file, 'back')
  expect(readFileSync(await lent.lend(file), 'utf8')).toBe('back')
})
