// Starts bare Fastify as a process of its own, from its ready line to its end.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('./bare-fastify.ts', import.meta.url))

/** A baseline that listens. Disposing it ends it. */
export interface BareServer extends AsyncDisposable {
  readonly endpoint: string
  readonly pid: number
}

/** @param body - what every GET is answered; kept as a file in `directory`. @throws {Error} when it ends before it is ready */
export async function startBareFastify(directory: string, body: string): Promise<BareServer> {
  const path = join(directory, 'bare-fastify.json')
  await writeFile(path, body)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  return { endpoint: await readyLine(child), pid: child.pid as number, [Symbol.asyncDispose]: () => end(child) }
}

async function readyLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const endpoint = /ready at (http:\S+)$/.exec(line)?.[1]
    if (endpoint !== undefined) return endpoint
  }
  throw new Error('the baseline ended before it was ready')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.destroy()
  await ended
}
