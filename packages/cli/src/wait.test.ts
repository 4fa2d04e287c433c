// Waits end when it is settled, when they take too long, and when somebody presses Ctrl-C.

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Terminal } from './terminal.ts'
import { waitFor } from './wait.ts'

function terminalOf(isTTY: boolean, signal = new AbortController().signal) {
  const said: string[] = []
  const terminal: Terminal = {
    stdin: Readable.from([]),
    out: () => {},
    err: (text) => void said.push(text),
    isTTY: { stdin: false, stdout: false, stderr: isTTY },
    env: {},
    cwd: '.',
    signal,
  }
  return { terminal, said }
}

const settledAfter = (ms: number) => {
  const end = performance.now() + ms
  return async () => (performance.now() < end ? undefined : 'settled')
}

describe('waitFor', () => {
  it('is silent within a second', async () => {
    const { terminal, said } = terminalOf(false)
    expect(await waitFor({ terminal, what: 'x', look: settledAfter(100), timeoutSeconds: 10 })).toBe('settled')
    expect(said).toEqual([])
  })

  it('prints a line after a second, and redraws at a terminal', async () => {
    const [plain, drawn] = [terminalOf(false), terminalOf(true)]
    const wait = (terminal: Terminal) => waitFor({ terminal, what: 'pool x', look: settledAfter(1600), timeoutSeconds: 10 })
    await Promise.all([wait(plain.terminal), wait(drawn.terminal)])
    expect(plain.said).toEqual(['waiting for pool x: 1 s\n'])
    expect(drawn.said[0]).toBe('\r\u001b[Kwaiting for pool x: 1 s')
    expect(drawn.said.at(-1)).toBe('\r\u001b[K')
  })

  it('says how far it is, when it lasts', async () => {
    const { terminal, said } = terminalOf(false)
    await waitFor({ terminal, what: 'job x', look: settledAfter(1700), timeoutSeconds: 10, tell: async () => '40 %' })
    expect(said).toEqual(['waiting for job x: 1 s, 40 %\n'])
  })

  it('ends with exit code 5 when it takes too long', async () => {
    const { terminal } = terminalOf(false)
    const wait = waitFor({ terminal, what: 'x', look: async () => undefined, timeoutSeconds: 0.1 })
    await expect(wait).rejects.toMatchObject({ ending: 'timedOut' })
  })

  it('ends at once on Ctrl-C', async () => {
    const stopping = new AbortController()
    const { terminal } = terminalOf(false, stopping.signal)
    const wait = waitFor({ terminal, what: 'x', look: async () => undefined, timeoutSeconds: 60 })
    void sleep(50).then(() => stopping.abort())
    await expect(wait).rejects.toMatchObject({ ending: 'interrupted' })
  })
})
