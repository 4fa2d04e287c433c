// The lock on a data directory, across processes.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { DataDirectory, DataDirectoryError } from './data-directory.ts'

const folders: string[] = []
const children: ChildProcess[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-data-'))
  folders.push(folder)
  return join(folder, 'data')
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A process that takes the directory and then does nothing. */
async function holder(path: string): Promise<ChildProcess> {
  const module = JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)
  const script = `const { DataDirectory } = await import(${module}); globalThis.held = DataDirectory.take(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve)
    child.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)))
  })
  return child
}

describe('a data directory', () => {
  it('has an absolute path, however it was given', async () => {
    const path = newFolder()
    await using directory = DataDirectory.take(relative(process.cwd(), path))
    expect(directory.path).toBe(path)
  })

  it('has one server, and says which process that is', async () => {
    const path = newFolder()
    const child = await holder(path)
    expect(() => DataDirectory.take(path)).toThrow(`${path} is in use by another server (process ${child.pid})`)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    // The lock died with its process, nothing is to be cleaned up.
    await using taken = DataDirectory.take(path)
    expect(taken.database).toBe(join(path, 'tributary.db'))
  })

  it('is free again once it is given back', async () => {
    const path = newFolder()
    {
      await using _held = DataDirectory.take(path)
      expect(() => DataDirectory.take(path)).toThrow(`process ${process.pid}`)
    }
    await using _again = DataDirectory.take(path)
  })

  it.skipIf(process.platform === 'win32')('is made for its owner alone', async () => {
    const path = newFolder()
    await using _held = DataDirectory.take(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  it('says in one sentence what cannot be made, and why', () => {
    const file = newFolder()
    writeFileSync(file, '')
    const taken = newFolder()
    mkdirSync(join(taken, 'server.pid'), { recursive: true })
    const cases = [file, join(file, 'below'), '/dev/null/x', taken, ...(process.platform === 'linux' ? ['/proc/nope', '/proc/nope/x'] : [])]
    for (const path of cases) {
      expect(() => DataDirectory.take(path)).toThrow(DataDirectoryError)
      expect(() => DataDirectory.take(path)).toThrow(/^\S+ cannot be made or used as data directory \(.+\): choose another --data-dir$/)
    }
  }, 5_000)
})
