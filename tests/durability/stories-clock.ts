// The clock of rehearsals: once it is ahead it stays so.

import { StoryOver, type Writer } from './writer.ts'

/** Sets the clock a little further ahead, unless another writer has by then. */
export async function clockStory(writer: Writer): Promise<void> {
  const aheadMs = async (): Promise<number> => (await writer.call('getInfo')).body.clock_advance_ms
  const wanted = (await aheadMs()) + 1 + writer.chance.below(50)
  const put = writer.write({
    operation: 'putClock',
    subject: `clock ${writer.fresh()} at ${wanted}`,
    look: async () => ((await aheadMs()) >= wanted ? { reached: true } : undefined),
    body: { advance_ms: wanted },
    shows: () => ({ reached: true }),
    mayBeRefused: [409],
  })
  await put.catch((error: unknown) => {
    if (!(error instanceof StoryOver)) throw error
  })
}
