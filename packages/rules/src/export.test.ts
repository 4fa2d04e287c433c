// Exports: what may be asked for, and paths that stay where they should.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseValueType } from './column.ts'
import { checkExport, checkExportedColumns, exportFileName, exportStatement, parseExportPlace } from './export.ts'
import type { JobId } from './ids.ts'

const source = 'b1c0ffee-0000-4000-8000-000000000001' as JobId
const least = { dataPath: 'obs://b/f', dataType: 'csv' }

describe('checkExport', () => {
  it('has the published defaults, and takes words in any case', () => {
    const usual = { mode: 'ErrorIfExists', compress: 'none', withHeader: false, limit: 0, encoding: 'utf-8', quote: '"', escape: '\\' }
    expect(checkExport({ source }, least)).toEqual({ source, dataPath: 'obs://b/f', type: 'csv', ...usual })
    expect(checkExport({ source }, { ...least, dataType: 'JSON', mode: 'overwrite', compress: '', encoding: 'GBK' })).toMatchObject({
      type: 'json',
      mode: 'Overwrite',
      compress: 'none',
      encoding: 'gbk',
    })
  })

  it.each([
    [{ dataType: 'parquet' }, 'invalid'],
    [{ compress: 'bzip2' }, 'unsupported'],
    [{ compress: 'lz4' }, 'invalid'],
    [{ mode: 'Append' }, 'invalid'],
    [{ encoding: 'latin1' }, 'invalid'],
    [{ limit: -1 }, 'invalid'],
    [{ limit: 0.5 }, 'invalid'],
    [{ quote: ',' }, 'invalid'],
    [{ quote: '中' }, 'invalid'],
    [{ escape: '\n' }, 'invalid'],
    [{ escape: 'n' }, 'invalid'],
  ] as const)('refuses %j', (change, kind) => {
    expect(() => checkExport({ source }, { ...least, ...change })).toThrow(expect.objectContaining({ kind }))
  })

  it('names the file as Spark does, and says what the job does', () => {
    expect(exportFileName('j1', { type: 'csv', compress: 'gzip' })).toBe('part-00000-j1-c000.csv.gz')
    expect(exportFileName('j1', { type: 'json', compress: 'none' })).toBe('part-00000-j1-c000.json')
    expect(exportStatement(checkExport({ source }, least))).toBe(`EXPORT RESULT OF JOB ${source} TO 'obs://b/f' AS CSV`)
  })
})

describe('checkExportedColumns', () => {
  const columns = ['int', 'decimal(10,2)', 'binary', 'void'].map((type) => ({ name: type, type: parseValueType(type) }))

  it('takes single values in every form, and nested ones as JSON', () => {
    checkExportedColumns({ type: 'csv' }, columns)
    checkExportedColumns({ type: 'json' }, [{ name: 'a', type: parseValueType('array<int>') }])
  })

  it.each(['array<int>', 'map<string,int>', 'struct<a:int>'])('refuses %s as CSV by name', (type) => {
    expect(() => checkExportedColumns({ type: 'csv' }, [...columns, { name: 'n', type: parseValueType(type) }])).toThrow(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(`column n of type ${type}`) }),
    )
  })
})

describe('parseExportPlace', () => {
  it('reads a bucket and its folders', () => {
    expect(parseExportPlace('obs://DLI/a/b c/d.e/')).toEqual({ bucket: 'DLI', folders: ['a', 'b c', 'd.e'] })
    expect(parseExportPlace('OBS://b.c/x')).toEqual({ bucket: 'b.c', folders: ['x'] })
  })

  it.each([
    '',
    'b/f',
    's3://b/f',
    'obs://',
    'obs://b',
    'obs://b/',
    'obs:///f',
    'obs://.b/f',
    'obs://b..c/f',
    'obs://b.1a/f',
    'obs://b/..',
    'obs://b/a/../c',
    'obs://b//x',
    'obs://b//',
    'obs://b/a//x',
  ])('refuses %s', (path) => {
    expect(() => parseExportPlace(path)).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })

  it('never leads out of its bucket, whatever is sent', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '/', '//', '\\', '%2e%2e', 'obs://', 'b', '\u0000', ' ', 'é'),
      fc.string({ maxLength: 3 }),
    )
    let seen = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const place = orRefused(`obs://b/${pieces.join('')}`)
        if (place === undefined) return
        seen += 1
        expect(place.folders.length).toBeGreaterThan(0)
        for (const name of [place.bucket, ...place.folders]) expect([name, /^$|^[.]{1,2}$|[/\\\p{Cc}]/u.test(name)]).toEqual([name, false])
      }),
      { numRuns: 2000 },
    )
    expect(seen).toBeGreaterThan(50)
  })

  it('bounds names in bytes', () => {
    expect(parseExportPlace(`obs://b/${'é'.repeat(127)}`).folders).toHaveLength(1)
    expect(() => parseExportPlace(`obs://b/${'é'.repeat(128)}`)).toThrow('255 bytes')
    expect(() => parseExportPlace(`obs://b/${'a/'.repeat(600)}`)).toThrow('1024')
  })
})

function orRefused(path: string): ReturnType<typeof parseExportPlace> | undefined {
  try {
    return parseExportPlace(path)
  } catch {
    return undefined
  }
}
