// Spark on this machine over Parquet files, as a peer of TPC-H: a process that answers line by line.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Peer } from './peers/peer.ts'
import type { TableFiles } from './tpch.ts'

/** Starts local Spark with two threads. @param python - one that has PySpark. @throws {Error} when it ends at once */
export async function startSparkOnFiles(python: string, files: TableFiles): Promise<Peer> {
  const script = fileURLToPath(new URL('spark-on-files.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (message: object): Promise<readonly (readonly unknown[])[]> => {
    child.stdin.write(`${JSON.stringify(message)}\n`)
    const { value, done } = await answers.next()
    if (done === true) throw new Error('Spark ended')
    const answer = JSON.parse(value) as { readonly rows?: readonly (readonly unknown[])[]; readonly error?: string }
    if (answer.rows === undefined) throw new Error(`Spark: ${answer.error}`)
    return answer.rows
  }
  await ask(files)
  return {
    name: 'local Spark, 2 threads',
    rows: (sql) => ask({ sql }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}
