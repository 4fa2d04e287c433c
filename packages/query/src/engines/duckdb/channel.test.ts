// Both ends of a channel in one thread: what is bounded, what arrives, what ends.

import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError, say } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import type { RecordBatch } from '../../batch.ts'
import { BatchReader, BatchWriter, createChannel, readCounts, stopChannel } from './channel.ts'

const batchOf = (value: number): RecordBatch => ({
  rowCount: 1,
  vectors: [{ kind: 'fixed', data: new Int32Array([value]).buffer, validity: undefined }],
})
const valueOf = (batch: RecordBatch | undefined): number | undefined => {
  const vector = batch?.vectors[0]
  return vector?.kind === 'fixed' ? new Int32Array(vector.data)[0] : undefined
}

describe('a channel', () => {
  it('lets only so many batches be under way', async () => {
    const { reader, writer } = createChannel()
    const out = new BatchWriter(writer)
    using into = new BatchReader(reader)
    let sent = 0
    const sending = (async () => {
      for (let value = 0; value < 20; value += 1) {
        await out.send(batchOf(value), 4)
        sent += 1
      }
      out.finish()
    })()
    await sleep(50)
    expect(sent).toBe(5)
    expect(readCounts(reader.state)).toEqual({ rows: 6, bytes: 24, isHeldBack: true })
    for (let value = 0; value < 20; value += 1) {
      expect(valueOf(into.next())).toBe(value)
      await sleep(1)
    }
    await sending
    expect(into.next()).toBeUndefined()
  })

  it('carries a failure with its kind and words', () => {
    const { reader, writer } = createChannel()
    const out = new BatchWriter(writer)
    using into = new BatchReader(reader)
    out.fail(new ServiceError('forbidden', say`not yours`))
    expect(() => into.next()).toThrow(expect.objectContaining({ kind: 'forbidden', message: 'not yours' }))
  })

  it('ends from outside, and from the reader', async () => {
    const { reader, writer } = createChannel()
    const out = new BatchWriter(writer)
    const into = new BatchReader(reader)
    stopChannel(reader.state)
    expect(() => into.next()).toThrow(expect.objectContaining({ message: 'the scan was stopped' }))
    expect(out.signal.aborted).toBe(false)
    into[Symbol.dispose]()
    await sleep(20)
    expect(out.signal.aborted).toBe(true)
    await out.send(batchOf(1), 4)
  })
})
