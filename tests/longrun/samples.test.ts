// What is seen of processes and directories: a socket, a thread and a child more are one more each, and who has ended is known.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { canWeigh } from '../bench/processes.ts'
import { heldBy, heldByChildren, identityOf, isAlive, sizesIn } from './samples.ts'

describe.skipIf(!canWeigh)('processes (as /proc tells of them)', () => {
  it('hold what they hold', async () => {
    const before = heldBy(process.pid)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
    await once(worker, 'online')
    const during = heldBy(process.pid)
    expect(during.sockets).toBe(before.sockets + 1)
    expect(during.descriptors).toBeGreaterThan(before.descriptors)
    expect(during.threads).toBeGreaterThan(before.threads)
    expect(during.resident).toBeGreaterThan(during.proportional * 0.5)
    await worker.terminate()
    server.close()
    await once(server, 'close')
    expect(heldBy(process.pid).sockets).toBe(before.sockets)
  })

  it('have children until those end', async () => {
    const child = spawn('sleep', ['30'])
    await once(child, 'spawn')
    const { held, processes } = heldByChildren(process.pid)
    const identity = identityOf(child.pid as number)
    expect(processes).toContain(identity)
    expect(held.threads).toBeGreaterThan(0)
    expect(isAlive(identity)).toBe(true)
    // Another process of the same pid.
    expect(isAlive(`${child.pid} 1`)).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(identity)).toBe(false)
    expect(heldByChildren(process.pid).processes).not.toContain(identity)
  })
})

describe('sizesIn', () => {
  it('weighs a data directory part by part', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tributary-sizes-'))
    try {
      for (const [name, bytes] of [
        ['audit.jsonl', 7],
        ['sealing.key', 1000],
      ] as const)
        writeFileSync(join(directory, name), 'x'.repeat(bytes))
      const database = new DatabaseSync(join(directory, 'tributary.db'))
      database.exec('pragma page_size = 4096; create table one (x)')
      expect(sizesIn(directory)).toEqual({ database: 8192, ahead: 0, auditFile: 7, results: 0, resultCount: 0, scratch: 0 })
      database.exec('pragma journal_mode = wal; create table two (x)')
      const inLog = sizesIn(directory)
      expect(inLog.database).toBe(12_288)
      expect(inLog.ahead).toBeGreaterThan(4096)
      mkdirSync(join(directory, 'jobs', 'one'), { recursive: true })
      mkdirSync(join(directory, 'scratch', 'compiled'), { recursive: true })
      writeFileSync(join(directory, 'jobs', 'one', 'preview.json'), 'xx')
      writeFileSync(join(directory, 'scratch', 'compiled', 'code'), 'xxx')
      expect(sizesIn(directory)).toMatchObject({ auditFile: 7, results: 2, resultCount: 1, scratch: 3 })
      database.close()
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
