// Which scans are called silent: those that are waited for, and no others.

import type { TableId } from '@tributary/rules'
import { expect, it } from 'vitest'
import type { RecordBatch } from '../../batch.ts'
import { BatchWriter, createChannel } from './channel.ts'
import { ScanSilence } from './scan-silence.ts'

const table = 't1' as TableId
const batch: RecordBatch = { rowCount: 3, vectors: [] }

it('is a scan that sends nothing for a second, from its beginning or its last rows', async () => {
  let now = 0
  const silence = new ScanSilence(() => now)
  const { writer: end, reader } = createChannel()
  using writer = new BatchWriter(end)
  silence.watch(table, end.state, () => false)
  now = 999
  expect(silence.look()).toEqual([])
  now = 2_500
  expect(silence.look()).toEqual([{ table, ms: 2_500 }])
  await writer.send(batch, 10)
  expect(silence.look()).toEqual([])
  now = 3_500
  expect(silence.look()).toEqual([{ table, ms: 1_000 }])
  reader.port.close()
})

it('is none that has ended, nor one whose rows nobody takes', async () => {
  let now = 0
  let isDone = false
  const silence = new ScanSilence(() => now)
  const { writer: end, reader } = createChannel()
  using writer = new BatchWriter(end)
  silence.watch(table, end.state, () => isDone)
  // Six may be under way; the last of them waits until somebody takes one.
  for (let sent = 1; sent < 6; sent += 1) await writer.send(batch, 10)
  const held = writer.send(batch, 10)
  now = 60_000
  expect(silence.look()).toEqual([])
  reader.port.close()
  await held
  now = 120_000
  expect(silence.look()).toEqual([{ table, ms: 60_000 }])
  isDone = true
  expect(silence.look()).toEqual([])
})
