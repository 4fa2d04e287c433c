// Tells what happens and how long it took.

/** Prints a step's title, what it says, and its time. */
export class Narrator {
  readonly #begun = performance.now()

  say(line = ''): void {
    console.log(line)
  }

  /** Runs one step of the story. */
  async step<T>(title: string, act: () => Promise<T>): Promise<T> {
    this.say(`\n${title}`)
    const started = performance.now()
    const result = await act()
    this.say(`   ${secondsSince(started)}`)
    return result
  }

  /** Time since the story began. */
  total(): string {
    return secondsSince(this.#begun)
  }
}

/** `1.23 s` since a `performance.now()`. */
export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(2)} s`
}
