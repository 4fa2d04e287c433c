// Finds, prepares and runs what is not Node: the Python scripts with the vendor's packages, the Go program with the vendor's module.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pythonFolder = fileURLToPath(new URL('./python', import.meta.url))
const goFolder = fileURLToPath(new URL('./go', import.meta.url))

/** How a program ended and all it wrote, both streams in the order in which it arrived. */
export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** `env` replaces the environment; `print` hears every piece of output as it comes. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly print?: (text: string) => void
}

/** Runs a program to its end. A program that cannot be started ends with code `null`. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = options.env ?? process.env
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        options.print?.(text)
      })
    }
    child.once('error', (error) => resolve({ code: null, output: error.message }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** Why Python scripts cannot run here, or `undefined` when they can. */
export async function whyNoPython(): Promise<string | undefined> {
  const { code, output } = await run('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'])
  return code === 0 ? undefined : `no python3 of 3.11 or newer with venv: ${output.trim().split('\n').at(-1)}`
}

/** Why the Go program cannot be built here, or `undefined` when it can. */
export async function whyNoGo(): Promise<string | undefined> {
  const { code, output } = await run('go', ['version'])
  return code === 0 ? undefined : `no go: ${output.trim()}`
}

/**
 * The Python of a virtual environment that has exactly what requirements.txt names. It lies outside the repository and is kept for the next run.
 * @throws {Error} with pip's words when something cannot be installed
 */
export async function preparePython(print: (text: string) => void): Promise<string> {
  const { output: version } = await run('python3', ['--version'])
  const requirements = join(pythonFolder, 'requirements.txt')
  const home = join(tmpdir(), `tributary-sdk-python-${hashOf([version, readFileSync(requirements, 'utf8')])}`)
  const python = join(home, 'bin', 'python')
  if (existsSync(python)) return python
  print(`Python SDKs: installing into ${home}\n`)
  await build(home, async (folder) => {
    await must('python3', ['-m', 'venv', folder], print)
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '-r', requirements]
    await must(join(folder, 'bin', 'python'), pip, print)
  })
  return python
}

/**
 * The Go program, built from exactly what go.sum names. It lies outside the repository and is kept for the next run.
 * @throws {Error} with the compiler's words when it does not build
 */
export async function prepareGo(print: (text: string) => void): Promise<string> {
  const { output: version } = await run('go', ['version'])
  const sources = ['go.mod', 'go.sum', 'main.go'].map((name) => readFileSync(join(goFolder, name), 'utf8'))
  const home = join(tmpdir(), `tributary-sdk-go-${hashOf([version, ...sources])}`)
  if (existsSync(home)) return join(home, 'procedure')
  print(`Go SDK: building into ${home}\n`)
  await build(home, (folder) =>
    must('go', ['build', '-mod=readonly', '-buildvcs=false', '-o', join(folder, 'procedure'), '.'], print, goFolder),
  )
  return join(home, 'procedure')
}

/** Runs one of the Python scripts with nothing in its environment but what it needs. */
export function runScript(python: string, script: string, settings: Readonly<Record<string, string>>): Promise<Ended> {
  return run(python, ['-B', join(pythonFolder, script)], { env: environmentOf(settings) })
}

/** Runs a program with nothing in its environment but what it needs. */
export function runProgram(program: string, settings: Readonly<Record<string, string>>): Promise<Ended> {
  return run(program, [], { env: environmentOf(settings) })
}

function environmentOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  const prefixed = Object.entries(settings).map(([name, value]) => [`TRIBUTARY_${name}`, value])
  const home = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), LC_ALL: 'C.UTF-8' }
  return { ...home, HUAWEICLOUD_SDK_IAM_ENDPOINT: settings['ENDPOINT'] ?? '', ...Object.fromEntries(prefixed) }
}

async function must(program: string, args: readonly string[], print: (text: string) => void, cwd?: string): Promise<void> {
  const { code, output } = await run(program, args, { print, ...(cwd === undefined ? {} : { cwd }) })
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`)
}

/** Builds beside `home` and moves it there whole, so that a run that was broken off leaves nothing half made; of two at once the first one stays. */
async function build(home: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(`${home}-`)
  try {
    await fill(folder)
    await rename(folder, home)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  }
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)
}
