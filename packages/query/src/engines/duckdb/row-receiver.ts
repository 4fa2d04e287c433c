// The end of a channel in a thread with an event loop: batches as an async iterable, each acknowledged when the next is asked for.

import { ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import type { ChannelEnd } from './channel.ts'
import { errorOf, type Failure } from './failure.ts'

type Message = { readonly batch: RecordBatch } | { readonly end: true } | { readonly failure: Failure }

/**
 * Takes what a `BatchWriter` sends; whoever stops early closes the channel, which the writer hears.
 * @throws {ServiceError} what the writer failed with; `unavailable` when it went away without a word; the signal's reason
 */
export async function* receiveBatches({ port }: ChannelEnd, signal: AbortSignal): AsyncGenerator<RecordBatch> {
  const arrived: Message[] = []
  let woken = Promise.withResolvers<void>()
  let isClosed = false
  const wake = (): void => {
    woken.resolve()
    woken = Promise.withResolvers()
  }
  port.on('message', (message: Message) => {
    arrived.push(message)
    wake()
  })
  port.on('close', () => {
    isClosed = true
    wake()
  })
  signal.addEventListener('abort', wake)
  try {
    for (;;) {
      signal.throwIfAborted()
      const message = arrived.shift()
      if (message === undefined) {
        if (isClosed)
          throw new ServiceError('unavailable', say`the query whose rows were being written ended without a word; run the job again`)
        await woken.promise
      } else if ('batch' in message) {
        yield message.batch
        port.postMessage('taken')
      } else if ('failure' in message) throw errorOf(message.failure)
      else return
    }
  } finally {
    signal.removeEventListener('abort', wake)
    port.close()
  }
}
