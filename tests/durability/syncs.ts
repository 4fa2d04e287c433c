// Counts how often the server brought data to disk between a request and its answer, from the system calls that it makes.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** One write as the kernel saw it: the first words of request and answer, and the syncs that ended in between. */
export interface TracedCall {
  readonly request: string
  readonly answer: string
  readonly syncs: number
}

/** Why nothing can be traced here; empty where it can. */
export function whyNotTraced(): string {
  if (process.platform !== 'linux') return 'system calls are traced on Linux alone'
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return ''
  } catch {
    return 'strace is missing, or may not trace here'
  }
}

/** Traces a running process and its threads from now on. Disposing it lets the process go. */
export async function traceProcess(pid: number, output: string): Promise<AsyncDisposable> {
  const calls = 'trace=read,write,writev,fdatasync,fsync'
  const tracer = spawn('strace', ['-f', '-s', '60', '-e', calls, '-o', output, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(tracer, 'exit')
  // It says so when it is attached.
  await Promise.race([once(tracer.stderr as NodeJS.ReadableStream, 'data'), ended])
  if (tracer.exitCode !== null) throw new Error('strace ended at once')
  return {
    async [Symbol.asyncDispose]() {
      if (tracer.exitCode === null) tracer.kill('SIGINT')
      await ended
    },
  }
}

const request = /\b(?:read|<\.\.\. read resumed>).*"((?:POST|PUT|PATCH|DELETE) [^ "]+)/
const answer = /\b(?:write|writev)\(.*"HTTP\/1\.1 (\d{3})/
const synced = /\b(?:fdatasync|fsync)\(\d+\)\s+= 0|<\.\.\. (?:fdatasync|fsync) resumed>.*= 0/

/** Reads a trace of requests that followed each other one by one; what is read is written before the answer leaves. */
export async function readTrace(path: string): Promise<readonly TracedCall[]> {
  if (!existsSync(path)) throw new Error('nothing was traced')
  const calls: TracedCall[] = []
  let open: { request: string; syncs: number } | undefined
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    const begun = request.exec(line)?.[1]
    if (begun !== undefined) open = { request: begun, syncs: 0 }
    else if (open !== undefined && synced.test(line)) open.syncs += 1
    const status = answer.exec(line)?.[1]
    if (status === undefined || open === undefined) continue
    calls.push({ ...open, answer: status })
    open = undefined
  }
  return calls
}
