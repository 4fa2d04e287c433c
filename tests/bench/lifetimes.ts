// Ends what a part started, in reverse, also when the run is broken off while something is still starting.

/** Everything that one part started. Disposing it waits for starts under way, then ends all. */
export class Lifetimes implements AsyncDisposable {
  readonly #started: Promise<AsyncDisposable | Disposable>[] = []
  #isOver = false

  /** Starts something that ends with the part. @throws {Error} when the part is over: then nothing is started */
  async start<Thing extends AsyncDisposable | Disposable>(begin: () => Promise<Thing> | Thing): Promise<Thing> {
    if (this.#isOver) throw new Error('the run was broken off')
    const starting = Promise.resolve(begin())
    this.#started.push(starting)
    return starting
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    for (const starting of this.#started.reverse()) {
      const [result] = await Promise.allSettled([starting])
      if (result.status === 'fulfilled') await end(result.value)
    }
  }
}

async function end(thing: AsyncDisposable | Disposable): Promise<void> {
  if (Symbol.asyncDispose in thing) await thing[Symbol.asyncDispose]()
  else thing[Symbol.dispose]()
}
