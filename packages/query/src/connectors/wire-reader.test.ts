// Lines and counted bytes, however they are cut on their way; what they cost; and what a source that says too much, or too little, comes to.

import { Duplex, PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'
import { WireReader } from './wire-reader.ts'

const ended = 'in the middle of what it said'

/** A reader of these chunks, each by itself, and of nothing after them. */
function readerOf(chunks: readonly Buffer[]): WireReader {
  return new WireReader(Duplex.from(chunks))
}

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0))
  return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index])).filter(({ length }) => length > 0)
}

it('gives back lines and values that were written, wherever they were cut', async () => {
  const values = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(values, fc.array(fc.integer({ min: 1, max: 9 })), fc.constantFrom('\n', '\r\n'), async (texts, sizes, end) => {
      const bytes = Buffer.from(texts.map((text) => `${Buffer.byteLength(text)}${end}${text}`).join(''))
      const reader = readerOf(cut(bytes, sizes))
      for (const text of texts) expect(String(await reader.bytes(Number(await reader.line())))).toBe(text)
      await expect(reader.line()).rejects.toThrow(ended)
    }),
    { numRuns: 100 },
  )
})

it('copies what is cut, and nothing else: many short values cost no more than one long one', async () => {
  const joined = vi.spyOn(Buffer, 'concat')
  onTestFinished(() => joined.mockRestore())
  const copied = (): number => joined.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0)
  const value = Buffer.from('100\r\n'.padEnd(105, 'x'))
  const chunk = 64 * 1024
  const sent = Buffer.concat(Array.from({ length: 5_000 }, () => value))
  const chunks = Array.from({ length: Math.ceil(sent.length / chunk) }, (_, index) => sent.subarray(index * chunk, (index + 1) * chunk))
  joined.mockClear()
  const reader = readerOf(chunks)
  for (let read = 0; read < 5_000; read += 1) expect(await reader.bytes(Number(await reader.line()))).toHaveLength(100)
  expect(joined.mock.calls.length).toBeGreaterThan(0)
  expect(copied()).toBeLessThanOrEqual(chunks.length * value.length)
  joined.mockClear()
  expect(await readerOf(chunks).bytes(sent.length)).toEqual(sent)
  expect(copied()).toBe(sent.length)
})

it('takes no line without an end, and no value that is cut short', async () => {
  await expect(readerOf(Array.from({ length: 40 }, () => Buffer.alloc(32 * 1024, 'x'))).line()).rejects.toThrow(
    'a line of more than 1048576 bytes',
  )
  await expect(readerOf([Buffer.from('abc')]).bytes(4)).rejects.toThrow(ended)
  await expect(readerOf([Buffer.from('half a line')]).line()).rejects.toThrow(ended)
  await expect(readerOf([]).line()).rejects.toThrow(ended)
  expect(await readerOf([]).bytes(0)).toHaveLength(0)
})

it('ends with what the stream was destroyed with', async () => {
  const stream = new PassThrough()
  const line = new WireReader(stream).line()
  stream.destroy(new Error('the path was cut'))
  await expect(line).rejects.toThrow('the path was cut')
})
