// The process: ready line, credentials, signals, exit codes.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { exitCodes } from './help.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function freshDirectory(): string {
  return join(mkdtempSync(join(tmpdir(), 'tributary-main-')), 'data')
}

function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], ...extra }
}

/** Starts the process and resolves with its first line of standard output. */
async function serve(dataDir: string, extra: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--data-dir', dataDir, '--warm-spare=false', ...args], {
    env: environment(extra),
  })
  children.push(child)
  const output = { stdout: '', stderr: '' }
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk
      if (output.stdout.includes('\n')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output.stderr}`)))
  })
  const url = /^Tributary is ready at (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(output.stdout)?.[1]
  if (url === undefined) throw new Error(`unexpected output: ${output.stdout}`)
  return { child, output, url }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

describe('tributary serve', () => {
  it('prints one line when it is ready, keeps its credentials to itself, and ends on SIGTERM with 0', async () => {
    const dataDir = freshDirectory()
    const { child, output, url } = await serve(dataDir)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    const path = join(dataDir, 'credentials.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'sealing.key')).mode & 0o777).toBe(0o600)
    const { password, secret_key, user_name, domain_name, project_id } = JSON.parse(readFileSync(path, 'utf8'))
    expect(await signIn(url, { name: user_name, password, domain: { name: domain_name } }, project_id)).toBe(201)
    const exit = ended(child)
    child.kill('SIGTERM')
    expect(await exit).toBe(exitCodes.done.code)
    expect(output.stdout.split('\n').length).toBe(2)
    expect(output.stderr).toContain(path)
    for (const secret of [password, secret_key]) expect(output.stderr + output.stdout).not.toContain(secret)
    for (const line of output.stderr.trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) })
  })

  it('takes the first credentials from the environment and keeps everything over a kill', async () => {
    const dataDir = freshDirectory()
    const given = {
      TRIBUTARY_ADMIN_USER: 'root',
      TRIBUTARY_ADMIN_PASSWORD: 'given-Passw0rd',
      TRIBUTARY_PROJECT_ID: 'p1',
      TRIBUTARY_DOMAIN_NAME: 'acme',
    }
    const first = await serve(dataDir, given)
    expect(readFileSync(join(dataDir, 'credentials.json'), 'utf8')).not.toContain('given-Passw0rd')
    const user = { name: 'root', password: 'given-Passw0rd', domain: { name: 'acme' } }
    expect(await signIn(first.url, user, 'p1')).toBe(201)
    const exit = ended(first.child)
    first.child.kill('SIGKILL')
    await exit
    const second = await serve(dataDir)
    expect(await signIn(second.url, user, 'p1')).toBe(201)
  })

  it('refuses a data directory that another server uses, with an exit code of its own', async () => {
    const dataDir = freshDirectory()
    const { url } = await serve(dataDir)
    const second = run('--data-dir', dataDir, '--port', '0')
    expect(second.status).toBe(exitCodes.inUse.code)
    expect(second.stderr).toContain('in use by another server')
    const samePort = run('--data-dir', freshDirectory(), '--port', new URL(url).port)
    expect(samePort.status).toBe(exitCodes.inUse.code)
    expect(samePort.stderr).toContain('choose another --port')
  })

  it('refuses what it cannot serve with exit code 2 and what to change', () => {
    const cases = [
      [['--prot', '1'], 'did you mean --port?'],
      [['--host', '0.0.0.0'], '--insecure-listen'],
    ] as const
    for (const [args, part] of cases) {
      const { status, stderr, stdout } = run('--data-dir', freshDirectory(), '--port', '0', ...args)
      expect([args, status, stdout]).toEqual([args, exitCodes.usage.code, ''])
      expect(stderr).toContain(part)
    }
    for (const path of ['/dev/null/x', main, ...(process.platform === 'linux' ? ['/proc/nope'] : [])]) {
      const { status, stderr } = run('--data-dir', path, '--port', '0')
      expect([status, stderr.split('\n').length]).toEqual([exitCodes.usage.code, 2])
      expect(stderr).toContain(`tributary: ${path} cannot be made`)
    }
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--drain-timeout') })
  })
})

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, 'serve', ...args], { env: environment(), encoding: 'utf8', timeout: 20_000 })
}

async function signIn(url: string, user: unknown, projectId: string): Promise<number> {
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } } }
  return (await fetch(`${url}/v3/auth/tokens`, { method: 'POST', body: JSON.stringify(body) })).status
}
