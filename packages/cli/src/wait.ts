// Waits for what settles on its own time, and says so when it lasts longer than a second.

import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** What is waited for. */
export interface Wait<T> {
  readonly terminal: Terminal
  /** For the progress line: `connection sales`. */
  readonly what: string
  /** Reads how it stands; `undefined` while it is not settled. */
  readonly look: () => Promise<T | undefined>
  readonly timeoutSeconds: number
  /** How far it is, in words, asked for once it lasts longer than a second; absent where nothing tells. */
  readonly tell?: () => Promise<string>
}

/** How long a wait lasts at most unless told. */
export const defaultTimeoutSeconds = 600

const silentMs = 1000
const firstPauseMs = 20
const longestPauseMs = 1000
/** Without a terminal a line is printed when this many seconds have passed, and then every minute. */
const plainSeconds = [1, 5, 15, 30]

/** Looks until it is settled, ever less often up to once a second. @throws {Failure} `timedOut`, `interrupted` */
export async function waitFor<T>({ terminal, what, look, timeoutSeconds, tell }: Wait<T>): Promise<T> {
  const started = performance.now()
  const progress = new Progress(terminal, what)
  let pause = firstPauseMs
  try {
    for (;;) {
      const settled = await look()
      if (settled !== undefined) return settled
      const elapsed = performance.now() - started
      if (elapsed > timeoutSeconds * 1000)
        throw new Failure('timedOut', `${what} is not settled after ${timeoutSeconds} s`, { next: 'wait longer: --timeout SECONDS' })
      if (elapsed >= silentMs) progress.tell(elapsed, (await tell?.()) ?? '')
      await sleep(pause, undefined, { signal: terminal.signal }).catch(() => {
        throw new Failure('interrupted', `stopped waiting for ${what}; it goes on by itself`)
      })
      pause = Math.min(longestPauseMs, pause * 1.5)
    }
  } finally {
    progress.clear()
  }
}

/** One line on standard error: redrawn on a terminal, printed now and then elsewhere. */
class Progress {
  readonly #terminal: Terminal
  readonly #what: string
  #told = 0
  #isDrawn = false

  constructor(terminal: Terminal, what: string) {
    this.#terminal = terminal
    this.#what = what
  }

  tell(elapsedMs: number, detail: string): void {
    const seconds = Math.floor(elapsedMs / 1000)
    const line = `waiting for ${this.#what}: ${seconds} s${detail === '' ? '' : `, ${detail}`}`
    if (this.#terminal.isTTY.stderr) {
      this.#isDrawn = true
      this.#terminal.err(`\r\u001b[K${line}`)
    } else if (seconds >= (plainSeconds[this.#told] ?? (this.#told - plainSeconds.length + 1) * 60)) {
      this.#told += 1
      this.#terminal.err(`${line}\n`)
    }
  }

  clear(): void {
    if (this.#isDrawn) this.#terminal.err('\r\u001b[K')
  }
}
