// Peers that speak Python: Spark by JDBC and DuckDB by its own scanner, each a process that answers line by line.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Peer, PeerSource } from './peer.ts'

/** What a Python peer is started with. */
export interface PythonPlaces {
  /** A Python that has the peer's packages. */
  readonly python: string
  /** JDBC drivers, separated by commas; Spark's alone. */
  readonly jars?: string
}

const peers = { spark: 'Spark by JDBC', duckdb: "DuckDB's own scanner" } as const

/** Starts a peer and hands it the sources; passwords go by its standard input. @throws {Error} when it ends at once */
export async function startPython(kind: keyof typeof peers, places: PythonPlaces, sources: readonly PeerSource[]): Promise<Peer> {
  const { python, jars = '' } = places
  const child = spawn(python, [fileURLToPath(new URL('peer.py', import.meta.url)), kind], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const say = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`)
  const ask = async (message: object): Promise<readonly (readonly unknown[])[]> => {
    say(message)
    const { value, done } = await answers.next()
    if (done === true) throw new Error(`${peers[kind]} ended`)
    const answer = JSON.parse(value) as { readonly rows?: readonly (readonly unknown[])[]; readonly error?: string }
    if (answer.rows === undefined) throw new Error(answer.error)
    return answer.rows
  }
  await ask({ sources, jars })
  const cancel = (): void => say({ cancel: true })
  return {
    name: peers[kind],
    rows: async (sql, signal) => {
      signal?.addEventListener('abort', cancel)
      try {
        return await ask({ sql })
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    [Symbol.asyncDispose]: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}
