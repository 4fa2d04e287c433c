// The processes of `relay`: the source, our relay and HAProxy before it, each ended with the run.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const haproxy = 'haproxy'
const sourceEntry = fileURLToPath(new URL('./relay-source.ts', import.meta.url))
const relayEntry = fileURLToPath(new URL('./relay-server.ts', import.meta.url))

/** A process that listens on 127.0.0.1. Disposing it ends it. */
export interface Forwarder extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** Starts what streams and echoes. */
export function startSource(): Promise<Forwarder> {
  return startOurs(sourceEntry, [])
}

/** Starts our relay to a port, for this process. */
export function startRelay(port: number): Promise<Forwarder> {
  return startOurs(relayEntry, [String(port)])
}

async function startOurs(entry: string, args: readonly string[]): Promise<Forwarder> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const port = Number(/^listening on (\d+)$/.exec(line)?.[1])
    if (port > 0) return forwarderOf(child, port)
  }
  throw new Error(`${entry} ended before it listened`)
}

/** What `haproxy -v` says first; `undefined` where it is not installed. */
export function haproxyVersion(): string | undefined {
  const { status, stdout } = spawnSync(haproxy, ['-v'], { encoding: 'utf8' })
  return status === 0 ? /HAProxy version (\S+)/.exec(stdout)?.[1] : undefined
}

/** Starts HAProxy before a port, forwarding bytes as it comes: no setting but the limits that it asks for. */
export async function startHaproxy(directory: string, target: number): Promise<Forwarder> {
  const [port, path] = [await freePort(), join(directory, 'haproxy.cfg')]
  await writeFile(path, configuration(port, target))
  const child = spawn(haproxy, ['-db', '-q', '-f', path], { stdio: ['pipe', 'inherit', 'inherit'] })
  const forwarder = forwarderOf(child, port)
  for (let tries = 0; tries < 500; tries++) {
    if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}`)
    if (await answers(port)) return forwarder
    await sleep(20)
  }
  await forwarder[Symbol.asyncDispose]()
  throw new Error('haproxy did not listen within 10 s')
}

function configuration(port: number, target: number): string {
  return `global
  maxconn 1000
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen relay
  bind 127.0.0.1:${port}
  server source 127.0.0.1:${target}
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function forwarderOf(child: ChildProcess, port: number): Forwarder {
  return { port, pid: child.pid as number, [Symbol.asyncDispose]: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.destroy()
  child.kill('SIGTERM')
  await ended
}
