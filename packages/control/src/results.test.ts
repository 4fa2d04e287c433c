// Result files: pages cut without reading a number, and what is removed when.

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobId } from '@tributary/rules'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pageOf, Results } from './results.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tributary-results-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const id = 'b1c0ffee-0000-4000-8000-000000000001' as JobId

describe('a page of a preview', () => {
  it('keeps digits that no double can hold', () => {
    const preview = '{"schema":[{"n":"bigint"}],"rows":[\n[9223372036854775807],\n[1.10]\n]}'
    expect(pageOf(preview, { offset: 0, limit: 1 })).toBe('"schema":[{"n":"bigint"}],"rows":[\n[9223372036854775807]]')
    expect(pageOf(preview, { offset: 0, limit: 1000 })).toContain('[1.10]')
  })

  it('is the rows that were asked for of any result, however its strings look', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('],[', '"rows":[', '\\"', '}]'), fc.integer(), fc.constant(null))
    const size = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        fc.string(),
        size,
        fc.boolean(),
        fc.integer({ min: 0, max: 7 }),
        (rows, name, page, lines, offset) => {
          const body = lines ? `[${rows.map((row) => `\n${JSON.stringify(row)}`).join(',')}\n]` : JSON.stringify(rows)
          const text = pageOf(`{"schema":${JSON.stringify([{ [name]: 'string' }])},"rows":${body}}`, { offset, limit: page })
          expect(JSON.parse(`{${text}}`)).toEqual({
            schema: [Object.fromEntries([[name, 'string']])],
            rows: rows.slice(offset, offset + page),
          })
        },
      ),
    )
  })

  it('takes no text that is cut short for a result', () => {
    expect(() => pageOf('{"schema":[],"rows":[[1', { offset: 0, limit: 5 })).toThrow('ends inside')
    expect(() => pageOf('{}', { offset: 0, limit: 5 })).toThrow('no rows')
  })
})

describe('directories of jobs', () => {
  it('belong to one user and are empty at first', async () => {
    const results = new Results(dataDir)
    const directory = await results.create(id)
    await writeFile(join(directory, 'preview.json'), '{"schema":[],"rows":[]}')
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'jobs'))).mode & 0o777).toBe(0o700)
    await results.create(id)
    await expect(results.readPreview(id, 10)).rejects.toMatchObject({ kind: 'absent' })
  })

  it('are listed, read and removed', async () => {
    const results = new Results(dataDir)
    expect(await results.list()).toEqual([])
    await writeFile(join(await results.create(id), 'preview.json'), '{"schema":[],"rows":[]}')
    expect(await results.readPreview(id, 10)).toBe('"schema":[],"rows":[]')
    expect(await results.list()).toEqual([id])
    await results.remove(id)
    await results.remove(id)
    expect(await results.list()).toEqual([])
  })

  it('never leave the data directory', async () => {
    await expect(new Results(dataDir).create('../../x' as JobId)).rejects.toThrow('named by a job id')
  })
})
