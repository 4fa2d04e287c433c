// The scratch folder of one run of tests: in memory where there is room, so that nobody waits for a disk, and gone at the end.

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux has it wherever shared memory works. */
const memory = '/dev/shm'

/** What a run holds at its peak is less than half of this. */
const roomyBytes = 3 * 1024 ** 3

/** What tells the processes of the run where templates of servers lie. */
const variable = 'TRIBUTARY_TEST_TEMPLATES'

/** Its own names alone: what others keep there is not swept. */
const ours = /^tributary-(\d+)-\w{6}$/

let folder = ''
let systemsOwn: string | undefined

/** Before the first test: makes the folder, and from then on it is the one for temporary files. */
export function setup(): void {
  sweep()
  systemsOwn = process.env['TMPDIR']
  folder = makeInMemory() ?? make(tmpdir())
  process.env['TMPDIR'] = folder
  process.env[variable] = join(folder, 'templates')
  mkdirSync(join(folder, 'templates'), { mode: 0o755 })
}

/** After the last one. */
export function teardown(): void {
  if (systemsOwn === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = systemsOwn
  delete process.env[variable]
  // Servers that were told to end a moment ago may still write.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}

/** Where the run keeps the data of new servers; `undefined` outside of a run. */
export function templatesFolder(): string | undefined {
  return process.env[variable]
}

/** Named after this process, so that the next run knows what was left by one that was killed; short, for the paths of sockets in it. */
function make(place: string): string {
  const made = mkdtempSync(join(place, `tributary-${process.pid}-`))
  // As the system's own: servers and engines run as other users.
  chmodSync(made, 0o1777)
  return made
}

function makeInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(memory)
    if (bavail * bsize < roomyBytes || process.availableMemory() < 2 * roomyBytes) return undefined
    const made = make(memory)
    if (mayRunPrograms(made)) return made
    rmSync(made, { recursive: true })
  } catch {
    // Not here, or not for us: the disk does as well.
  }
  return undefined
}

/** Containers often forbid it there, and what is installed in a test has to run. */
function mayRunPrograms(place: string): boolean {
  const script = join(place, 'runs')
  writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  const { status } = spawnSync(script)
  rmSync(script)
  return status === 0
}

/** Memory is too dear to keep what a killed run left. */
function sweep(): void {
  for (const name of listMemory()) {
    const pid = ours.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(memory, name), { recursive: true, force: true })
  }
}

function listMemory(): readonly string[] {
  try {
    return readdirSync(memory)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
