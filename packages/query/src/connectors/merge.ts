// Several streams as one, for what sessions read side by side.

/** What comes first is given first; of streams that are left behind nobody hears any more: whoever made them ends them. */
export async function* merge<Value>(streams: readonly AsyncGenerator<Value>[]): AsyncGenerator<Value> {
  const next = async (stream: AsyncGenerator<Value>) => ({ stream, result: await stream.next() })
  const pending = new Map(streams.map((stream) => [stream, next(stream)]))
  for (const waiting of pending.values()) waiting.catch(() => undefined)
  while (pending.size > 0) {
    const { stream, result } = await Promise.race(pending.values())
    if (result.done === true) {
      pending.delete(stream)
      continue
    }
    const waiting = next(stream)
    waiting.catch(() => undefined)
    pending.set(stream, waiting)
    yield result.value
  }
}
