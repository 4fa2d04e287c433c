// What deploy/ holds: the service as systemd itself judges it, the container by doing its steps, and that both stop later than a server drains.

import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, constants, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { settings } from '../../packages/server/src/settings.ts'
import { packTributary } from '../../tools/pack.ts'
import { type Built, buildImage, inside } from './container-steps.ts'
import { freePort, Machine, type RunOptions } from './package-stage.ts'
import { callsOf, familiesOf, permittedCalls } from './system-calls.ts'

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url))
const drainSeconds = settings.drainTimeoutSeconds.default
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
// A step gives a folder to another user.
const isRoot = process.getuid?.() === 0

const read = (name: string): Promise<string> => readFile(join(deploy, name), 'utf8')

async function readCompose(): Promise<ComposeService> {
  return (parse(await read('compose.yaml')) as { readonly services: { readonly tributary: ComposeService } }).services.tributary
}

describe('the service', () => {
  it.skipIf(!hasSystemd)('is one that systemd takes, and that can do little harm', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tributary-unit-'))
    const unit = join(folder, 'tributary.service')
    const text = await read('tributary.service')
    const command = '/opt/tributary/node_modules/.bin/tributary'
    expect(text).toContain(`ExecStart=${command} serve\n`)
    // It looks whether the program is there.
    await writeFile(unit, text.replace(command, process.execPath))
    const analyze = (...args: readonly string[]) => spawnSync('systemd-analyze', [...args, unit], { encoding: 'utf8' })
    expect(analyze('verify', '--man=no')).toMatchObject({ status: 0, stdout: '', stderr: '' })
    // Of 100, where an unprotected service has 96.
    expect(analyze('security', '--offline=yes', '--threshold=20')).toMatchObject({ status: 0 })
    await writeFile(unit, text.replace(command, process.execPath).replace('KillMode=mixed', 'KillMod=mixed'))
    expect(analyze('verify', '--man=no').stderr).toContain('KillMod')
    await rm(folder, { recursive: true })
  })

  it('and the container get longer to stop than jobs get to end', async () => {
    const unit = await read('tributary.service')
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThanOrEqual(drainSeconds + 10)
    // Engine children must not hear the signal themselves.
    expect(unit).toMatch(/^KillMode=mixed$/m)
    expect(Number.parseInt((await readCompose()).stop_grace_period, 10)).toBeGreaterThanOrEqual(drainSeconds + 10)
  })
})

describe.skipIf(!isRoot)('the container', () => {
  let machine: Machine
  let image: Built

  beforeAll(async () => {
    machine = await Machine.open(process.execPath)
    await packTributary(join(machine.folder, 'dist'))
    image = await buildImage(await read('Containerfile'), join(machine.folder, 'dist'), machine)
    // The base image has a Node that everybody may run; this one may lie where only its owner looks.
    await copyFile(process.execPath, join(image.root, 'usr/local/bin/node'), constants.COPYFILE_FICLONE)
    await chmod(machine.folder, 0o755)
  }, 240_000)
  afterAll(() => machine?.[Symbol.asyncDispose]())

  it('was built by steps that were all seen, and is what compose.yaml says', async () => {
    expect(image.seen).toMatchObject({ FROM: 2, RUN: 4, COPY: 2, HEALTHCHECK: 1, USER: 1, VOLUME: 1, ENTRYPOINT: 1, CMD: 1 })
    const compose = await readCompose()
    expect(compose.ports).toEqual([`${image.said['EXPOSE']}:${settings.port.default}`])
    expect(compose.volumes).toEqual([`tributary:${image.said['VOLUME']}`])
    expect(image.user).toBeGreaterThan(0)
  })

  it('serves HTTPS, is healthy while it does, writes to its volume alone, and ends with 0', { timeout: 60_000 }, async () => {
    const port = await freePort()
    const options = asItsUser(image, port)
    const [check = '', ...checkArgs] = image.healthcheck.map((word) => inside(image.root, word))
    const before = filesOf(image.root)
    await using server = await machine.serve(...processOf(image), options)
    expect(server.endpoint).toBe(`https://0.0.0.0:${port}`)
    expect(await machine.run(check, checkArgs, options)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await server.stop()).toBe(0)
    expect(await machine.run(check, checkArgs, options)).toEqual({ code: 1, stdout: '', stderr: '' })
    const volume = `.${image.said['VOLUME']}/`
    const written = filesOf(image.root).filter((path) => !before.includes(path))
    expect(written).toContain(`${volume}tributary.db`)
    expect(written.filter((path) => !path.startsWith(volume))).toEqual([])
  })

  it.skipIf(!hasSystemd || !canTrace)('makes no system call that the service forbids, a job included', { timeout: 120_000 }, async () => {
    const port = await freePort()
    const options = asItsUser(image, port)
    const trace = join(image.root, image.workdir, 'trace')
    const [command, args] = processOf(image)
    // With -D the server is our own child and hears our signal.
    const server = await machine.serve('strace', ['-D', '-f', '-qq', '-o', trace, command, ...args], options)
    const client = { TRIBUTARY_ENDPOINT: `https://localhost:${port}`, NODE_EXTRA_CA_CERTS: join(image.root, image.workdir, 'tls/ca.pem') }
    const job = await machine.run(command, ['sql', '-q', 'default', '-e', 'SELECT 1 AS one'], {
      ...options,
      env: { ...options.env, ...client },
    })
    expect(job).toMatchObject({ code: 0, stdout: 'one\n  1\n(1 row)\n' })
    expect(await server.stop()).toBe(0)
    const traced = await readFile(trace, 'utf8')
    const unit = await read('tributary.service')
    const permitted = permittedCalls(unit)
    const calls = callsOf(traced)
    expect(calls).toEqual(expect.arrayContaining(['execve', 'openat', 'socket', 'pwrite64']))
    expect(calls.filter((call) => !permitted.has(call))).toEqual([])
    expect(permitted.has('mount')).toBe(false)
    const families = /^RestrictAddressFamilies=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? []
    expect(familiesOf(traced)).toContain('AF_INET')
    expect(familiesOf(traced).filter((family) => !families.includes(family))).toEqual([])
  })
})

it('a step that fails, and one that nobody knows, are not passed over', async () => {
  await using machine = await Machine.open(process.execPath)
  await mkdir(join(machine.folder, 'dist'))
  const build = (text: string) => buildImage(text, join(machine.folder, 'dist'), machine)
  await expect(build('FROM a\nRUN echo oh >&2 && false')).rejects.toThrow(/RUN .* ended with 1:\noh/)
  await expect(build('FROM a\nCOPY nothing-*.tgz /opt/')).rejects.toThrow(/finds nothing/)
  await expect(build('FROM a\nSHELL ["/bin/bash"]')).rejects.toThrow(/line 2: nobody knows how to do SHELL/)
})

interface ComposeService {
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly stop_grace_period: string
}

/** The process of the image as it is run in a container, on a port that is free here. */
function asItsUser({ root, env, user, workdir }: Built, port: number): RunOptions & { readonly env: Readonly<Record<string, string>> } {
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inside(root, value)]))
  const path = `${join(root, 'usr/local/bin')}:/usr/bin:/bin`
  return { cwd: join(root, workdir), env: { ...own, PATH: path, HOME: '/nonexistent', TRIBUTARY_PORT: String(port) }, uid: user }
}

function processOf({ root, entrypoint, command }: Built): [string, readonly string[]] {
  const [first = '', ...rest] = [...entrypoint, ...command].map((word) => inside(root, word))
  return [first, rest]
}

function filesOf(root: string): readonly string[] {
  return execFileSync('find', ['.', '-type', 'f'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
}
