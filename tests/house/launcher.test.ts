// Starting from nothing: install once, refresh when stale, wait for one another, and end the way the script ended.

import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isAbandoned, isCurrent } from '../../tools/install.mjs'
import { findNode, nodePackages, repositoryRoot } from '../../tools/launch.mjs'

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const folder = mkdtempSync(join(tmpdir(), 'tributary-launcher-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A small checkout with the real launcher and one workspace, so that npm has work to do and needs no network. */
function checkout(name: string, scripts: Readonly<Record<string, string>> = {}): string {
  const root = join(folder, name)
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const part of ['bin', 'tools/launch.mjs', 'tools/install.mjs', 'tools/run.mjs']) {
    cpSync(join(repositoryRoot, part), join(root, part), { recursive: true })
  }
  write('package.json', JSON.stringify({ name: 'small', version: '1.0.0', type: 'module', private: true, workspaces: ['packages/*'] }))
  write('packages/room/package.json', JSON.stringify({ name: 'room', version: '1.0.0' }))
  write('package-lock.json', lockText('1.0.0'))
  for (const [path, text] of Object.entries(scripts)) write(path, text)
  return root
}

function lockText(version: string): string {
  const packages = {
    '': { name: 'small', version: '1.0.0', workspaces: ['packages/*'] },
    'node_modules/room': { resolved: 'packages/room', link: true },
    'packages/room': { version },
  }
  return JSON.stringify({ name: 'small', version: '1.0.0', lockfileVersion: 3, requires: true, packages })
}

function start(root: string, args: readonly string[], onReady?: (pid: number) => void): Promise<Ended> {
  const { npm_execpath: _, ...env } = process.env
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (stdout.includes('ready') && child.pid !== undefined) onReady?.(child.pid)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

const installs = (ended: Ended): number => ended.stderr.split('Packages installed').length - 1

describe('installing', () => {
  it('installs on a fresh clone, then never again until the lock file changes', async () => {
    const root = checkout('fresh', { 'hello.ts': `const greeting: string = 'hello'\nconsole.log(greeting, ...process.argv.slice(2))` })
    const first = await start(root, ['tools/run.mjs', 'hello.ts', '--flag', 'a b'])
    expect(first).toMatchObject({ code: 0, stdout: 'hello --flag a b\n' })
    expect(installs(first)).toBe(1)
    expect(first.stderr).toContain('Installing packages')

    expect(installs(await start(root, ['tools/run.mjs', 'hello.ts']))).toBe(0)

    // A lock file that was merely written anew asks for nothing new.
    writeFileSync(join(root, 'package-lock.json'), `${lockText('1.0.0')}\n`)
    expect(installs(await start(root, ['tools/run.mjs', 'hello.ts']))).toBe(0)
  })

  it('finishes an install that was cut short', async () => {
    const root = checkout('cut-short', { 'hello.ts': `console.log('hello')` })
    await start(root, ['tools/run.mjs', 'hello.ts'])
    rmSync(join(root, 'node_modules', 'room'))
    rmSync(join(root, 'node_modules', '.package-lock.json'))
    const afterHalfAnInstall = await start(root, ['tools/run.mjs', 'hello.ts'])
    expect(installs(afterHalfAnInstall)).toBe(1)
    expect(existsSync(join(root, 'node_modules', 'room'))).toBe(true)
    expect(existsSync(join(root, '.install-lock'))).toBe(false)
  })

  it('installs once when two start together', async () => {
    const root = checkout('together', { 'hello.ts': `console.log('hello')` })
    const both = await Promise.all([start(root, ['tools/run.mjs', 'hello.ts']), start(root, ['tools/run.mjs', 'hello.ts'])])
    expect(both.map((ended) => ended.stdout)).toEqual(['hello\n', 'hello\n'])
    expect(installs(both[0]) + installs(both[1])).toBe(1)
    expect(both.map((ended) => ended.stderr).join('')).toContain('Another start is installing packages')
  })

  it('takes over a lock whose holder is gone', async () => {
    const root = checkout('abandoned', { 'hello.ts': `console.log('hello')` })
    mkdirSync(join(root, '.install-lock'))
    writeFileSync(join(root, '.install-lock', 'pid'), String(pidOfTheDead()))
    expect(await start(root, ['tools/run.mjs', 'hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' })
  })

  it('says why when npm fails, and runs nothing', async () => {
    const root = checkout('failing', { 'hello.ts': `console.log('hello')` })
    writeFileSync(
      join(root, 'package.json'),
      JSON.stringify({ name: 'small', version: '1.0.0', dependencies: { 'not-in-the-lock': '1.0.0' } }),
    )
    const ended = await start(root, ['tools/run.mjs', 'hello.ts'])
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toContain('npm ci ended with')
    expect(ended.stderr).toContain('not-in-the-lock')
    expect(existsSync(join(root, '.install-lock'))).toBe(false)
  })
})

describe('isCurrent', () => {
  const has = (name: string, lock: object, record: object | undefined): boolean => {
    const root = checkout(name)
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: lock }))
    mkdirSync(join(root, 'node_modules'))
    if (record !== undefined) writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: record }))
    return isCurrent(root)
  }
  const here = { os: [process.platform], cpu: [process.arch] }

  it('accepts what a person installed with npm, if it is what the lock file says', () => {
    expect(has('by-hand', { 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } })).toBe(true)
  })

  it.each([
    ['another version', { 'node_modules/a': { version: '2.0.0' } }, { 'node_modules/a': { version: '1.0.0' } }],
    ['a package that is missing', { 'node_modules/a': { version: '2.0.0' } }, {}],
    ['a missing part for this system', { 'node_modules/a': { version: '1.0.0', optional: true, ...here } }, {}],
    ['no record of a finished install', { 'node_modules/a': { version: '1.0.0' } }, undefined],
  ])('refuses %s', (what, lock, record) => {
    expect(has(what.replaceAll(' ', '-'), lock, record)).toBe(false)
  })

  it('does without the parts of other systems', () => {
    expect(has('elsewhere', { 'node_modules/a': { version: '1.0.0', optional: true, os: ['none'], cpu: ['none'] } }, {})).toBe(true)
  })
})

describe('isAbandoned', () => {
  it('trusts a living holder, until it stops touching its lock', () => {
    const path = join(folder, 'held')
    mkdirSync(path)
    writeFileSync(join(path, 'pid'), String(process.pid))
    expect(isAbandoned(path)).toBe(false)
    utimesSync(path, new Date(), new Date(Date.now() - 60_000))
    expect(isAbandoned(path)).toBe(true)
  })

  it('gives up on a holder that has ended', () => {
    const path = join(folder, 'dead')
    mkdirSync(path)
    writeFileSync(join(path, 'pid'), String(pidOfTheDead()))
    expect(isAbandoned(path)).toBe(true)
  })
})

describe('findNode', () => {
  it('takes the Node that the packages brought, in the version the lock file promises', () => {
    const lock = JSON.parse(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>
    }
    const name: string | undefined = (nodePackages as Record<string, string>)[`${process.platform}-${process.arch}`]
    const promised = lock.packages[`node_modules/${name}`]?.version
    expect(execFileSync(findNode({ root: repositoryRoot }), ['--version'], { encoding: 'utf8' })).toBe(`v${promised}\n`)
  })

  it('falls back on the Node at hand when that is new enough, and otherwise says what to do', () => {
    const elsewhere = { root: folder, platform: 'freebsd', arch: 'x64', execPath: '/usr/local/bin/node' }
    expect(findNode({ ...elsewhere, version: 'v24.1.0' })).toBe('/usr/local/bin/node')
    expect(() => findNode({ ...elsewhere, version: 'v20.20.2' })).toThrow(/install Node 24/)
  })
})

describe('ending', () => {
  const root = checkout('ending', {
    'code.ts': `process.exit(7)`,
    'killed.ts': `process.kill(process.pid, 'SIGKILL')`,
    'drains.ts': `process.on('SIGTERM', () => { console.log('drained'); process.exit(3) })\nsetInterval(() => {}, 1000)\nconsole.log('ready')`,
    'obeys.ts': `setInterval(() => {}, 1000)\nconsole.log('ready')`,
    'packages/server/src/main.ts': `console.log('server', ...process.argv.slice(2))`,
    'packages/cli/src/main.ts': `console.log('cli', ...process.argv.slice(2))`,
  })

  it('hands on the exit code', async () => {
    expect(await start(root, ['tools/run.mjs', 'code.ts'])).toMatchObject({ code: 7, signal: null })
  })

  it('ends by the signal that ended the script', async () => {
    expect(await start(root, ['tools/run.mjs', 'killed.ts'])).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  it('hands a signal on and waits for what the script makes of it', async () => {
    const ended = await start(root, ['tools/run.mjs', 'drains.ts'], (pid) => process.kill(pid, 'SIGTERM'))
    expect(ended).toMatchObject({ code: 3, signal: null, stdout: 'ready\ndrained\n' })
    expect(await start(root, ['tools/run.mjs', 'obeys.ts'], (pid) => process.kill(pid, 'SIGINT'))).toMatchObject({ signal: 'SIGINT' })
  })

  it('names a script that is not there', async () => {
    const ended = await start(root, ['tools/run.mjs', 'absent.ts'])
    expect(ended).toMatchObject({ code: 1, stderr: 'tributary: absent.ts is not in this checkout.\n' })
  })

  it('sends serve, backup and restore to the server, everything else to the command line', async () => {
    expect((await start(root, ['bin/tributary', 'serve', '--port', '0'])).stdout).toBe('server serve --port 0\n')
    expect((await start(root, ['bin/tributary', 'backup'])).stdout).toBe('server backup\n')
    expect((await start(root, ['bin/tributary', 'help', 'restore'])).stdout).toBe('server restore --help\n')
    expect((await start(root, ['bin/tributary', 'queue', 'list'])).stdout).toBe('cli queue list\n')
    expect((await start(root, ['bin/tributary'])).stdout).toBe('cli\n')
  })
})

/** The id of a process that has just ended. */
function pidOfTheDead(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }))
}
