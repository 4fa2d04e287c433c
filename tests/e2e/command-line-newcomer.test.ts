// What newcomers met on the command line: names that are not there, half an attachment, hints that lead nowhere, servers on other ports.

import { PassThrough } from 'node:stream'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proposalsFor, runCommandLine } from '../../packages/cli/src/run.ts'
import type { Terminal } from '../../packages/cli/src/terminal.ts'
import { startTributary } from '../servers/tributary.ts'
import { Stage } from './command-line-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
}, 60_000)
afterAll(() => stage?.close())

function terminal(over: Partial<Terminal> = {}): Terminal {
  return {
    stdin: new PassThrough(),
    out: () => {},
    err: () => {},
    isTTY: { stdin: false, stdout: false, stderr: false },
    env: stage.env,
    cwd: stage.folder,
    signal: new AbortController().signal,
    ...over,
  }
}

const attachLine = 'tributary attach postgresql://tributary@127.0.0.1:5432/shop'

describe('attach', () => {
  it('asks for the password before it makes anything', { timeout: 60_000 }, async () => {
    const { code, stderr } = await stage.run(`${attachLine} --as early`)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('there is no terminal to ask at') })
    expect((await stage.run('tributary vpc list')).stdout).toBe('none\n')
  })

  it('says what a failed run leaves, and the commands it names remove all of it', { timeout: 60_000 }, async () => {
    const { code, stderr } = await stage.run(`${attachLine} --as broken --password-from env:ANN_PASSWORD`)
    expect(code).toBe(1)
    expect(stderr).toContain('password authentication failed')
    const removals = [...stderr.matchAll(/^ {4}(tributary .*)$/gm)].map(([, command = '']) => command)
    expect(removals.length).toBeGreaterThan(5)
    for (const command of removals) expect(await stage.run(command)).toMatchObject({ code: 0, stderr: '' })
    for (const noun of ['vpc', 'connection', 'auth-info', 'queue', 'database']) {
      const { stdout } = await stage.run(`tributary ${noun} list`)
      expect(stdout.split('\n').filter((line) => line.startsWith('broken'))).toEqual([])
    }
  })

  it('skips a table that cannot be read, says why, and ends with 7', { timeout: 60_000 }, async () => {
    await stage.source.query('shop', 'create table public.arrays (id int, words integer[])')
    const { code, stdout, stderr } = await stage.run(`${attachLine} --as store --password-from env:SHOP_PASSWORD`)
    expect(code).toBe(7)
    expect(stdout).toMatch(/3 tables created, 0 there already, 1 skipped\n {2}arrays: .*integer\[\]/)
    expect(stderr).toBe('tributary: 1 table could not be attached\n')
    expect((await stage.run('tributary sql -q store -e "SELECT count(*) AS n FROM store.orders"')).stdout).toContain('1200')
  })
})

describe('what is not there', () => {
  it('is told when a connection is created to it', { timeout: 60_000 }, async () => {
    const { code, stderr } = await stage.run('tributary connection create nowhere --vpc shoop --subnet store')
    expect(code).toBe(0)
    expect(stderr).toBe('warning: no VPC has the name or id shoop (there is store); the connection has no path until it exists\n')
    expect((await stage.run('tributary connection create there --vpc store --subnet store')).stderr).toBe('')
  })

  it('is followed by a hint that helps', { timeout: 60_000 }, async () => {
    const cases: readonly (readonly [string, number, string | undefined])[] = [
      ['tributary sql -e "SELEC 1"', 1, undefined],
      ['tributary sql -e "SELECT * FROM store.nothing"', 1, 'see what there is: tributary table list store'],
      ['tributary sql -q nothing -e "SELECT 1"', 4, 'see what there is: tributary queue list'],
      ['tributary sql -d nothing -e "SELECT 1"', 4, 'see what there is: tributary database list'],
      ['tributary queue authorize-user store nobody --action grant --privileges RESTART', 4, 'see what there is: tributary user list'],
      ['tributary role grant nobody editor', 4, 'see what there is: tributary user list'],
      ['tributary subnet create x --vpc nothing --cidr 10.1.0.0/24 --gateway-ip 10.1.0.1', 4, 'see what there is: tributary vpc list'],
      ['tributary queue list --project nothing', 4, 'see what there is: tributary project list'],
      ['tributary queue update store --cu 32', 2, 'tributary queue grow NAME --by CU, or tributary queue shrink NAME --by CU'],
      ['tributary job list --limit 3', 2, 'tributary job list --page-size NUMBER'],
    ]
    for (const [line, code, next] of cases) {
      const outcome = await stage.run(line)
      expect({ line, code: outcome.code, next: /^ {2}next: (.*)$/m.exec(outcome.stderr)?.[1] }).toEqual({ line, code, next })
    }
  })

  it('is refused in a conversation at once, and what there is stays chosen', { timeout: 60_000 }, async () => {
    const stdin = new PassThrough()
    let [out, err] = ['', '']
    const talk = runCommandLine(
      ['sql'],
      terminal({
        stdin,
        out: (chunk) => void (out += chunk),
        err: (chunk) => void (err += chunk),
        isTTY: { stdin: true, stdout: false, stderr: false },
      }),
    )
    // The end comes before any of it has run.
    stdin.end('\\queue store\n\\queue nope\n\\database store\n\\database nope\nSELECT count(*) AS n FROM orders;\n')
    expect(await talk).toBe(0)
    expect(out).toContain('1200')
    expect(err).toContain('there is no queue nope; there is default, store')
    expect(err).toContain('there is no database nope; there is default, store')
  })
})

describe('what is said at the end', () => {
  it('counts the rows that an INSERT wrote', { timeout: 60_000 }, async () => {
    const statements =
      'CREATE TABLE default.counted (id INT); INSERT INTO default.counted VALUES (1), (2), (3); INSERT INTO default.counted SELECT 4'
    const { code, stdout, stderr } = await stage.run(`tributary sql -e "${statements}"`)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'done\n3 rows written\n1 row written\n' })
  })

  it('shows negative zero with its sign, as a table and as JSON', { timeout: 60_000 }, async () => {
    const line = 'tributary sql -e "SELECT -0.0D AS below, 0.0D AS zero, array(-0.0D) AS inside"'
    expect((await stage.run(line)).stdout).toContain('-0.0     0  [-0.0]\n')
    expect((await stage.run(`${line} --format json`)).stdout).toMatch(/"below": -0\.0,\s+"zero": 0,\s+"inside": \[\s+-0\.0\s+\]/)
  })

  it('tells a refused login from an address that does not answer', { timeout: 60_000 }, async () => {
    await stage.run('tributary auth-info create wrong --user tributary --password-from env:ANN_PASSWORD')
    const { hosts } = (await stage.json('tributary connection get store')) as { readonly hosts: readonly { readonly name: string }[] }
    const doctor = `tributary doctor store ${hosts[0]?.name}:${stage.source.port} --protocol postgresql --database shop`
    const refused = await stage.run(`${doctor} --auth-info wrong`)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^tributary: \S+:\d+ is reachable, and the login failed\n$/)
    const unread = await stage.run(`${doctor} --auth-info store --table nothing`)
    expect(unread.stderr).toMatch(/^tributary: \S+:\d+ is reachable, and the table was not found or may not be read\n$/)
  })
})

describe('rows beyond the first thousand', () => {
  it('are counted where people read, and printed for programs', { timeout: 60_000 }, async () => {
    const line = 'tributary sql -q store -e "SELECT id FROM store.orders"'
    const table = await stage.run(line)
    expect(table.stdout.endsWith('\n(first 1000 of 1200 rows)\n')).toBe(true)
    const csv = await stage.run(`${line} --format csv`)
    const ids = csv.stdout.trimEnd().split('\r\n').slice(1)
    expect(new Set(ids).size).toBe(1200)
    expect([ids.length, csv.stderr]).toEqual([1200, ''])
    const json = JSON.parse((await stage.run(`${line} --format json`)).stdout) as readonly { readonly id: number }[]
    expect(json.map(({ id }) => String(id))).toEqual(ids)
  })
})

describe('completion', () => {
  const propose = (...words: string[]) => proposalsFor(words, terminal())

  it('proposes names of what there is', { timeout: 60_000 }, async () => {
    expect(await propose('sql', '-q', 'st')).toEqual(['store'])
    expect(await propose('connection', 'bind', 'th')).toEqual(['there'])
    expect(await propose('connection', 'create', 'x', '--queues', 'default,st')).toEqual(['default,store'])
    expect(await propose('table', 'get', 'store', '')).toEqual(['customers', 'endless', 'orders'])
    expect(await propose('sql', '-d', '')).toEqual(['default', 'store'])
    // a queue to be made has no name yet
    expect(await propose('queue', 'create', 'st')).toEqual([])
  })

  it('is silent and quick where no server answers', { timeout: 60_000 }, async () => {
    const started = performance.now()
    expect(await propose('queue', 'get', '--endpoint', 'http://127.0.0.1:9', 'st')).toEqual([])
    const unanswering = await import('node:net').then(({ createServer }) => createServer().listen(0, '127.0.0.1'))
    await sleep(10)
    const { port } = unanswering.address() as { port: number }
    expect(await propose('queue', 'get', '--endpoint', `http://127.0.0.1:${port}`, 'st')).toEqual([])
    unanswering.close()
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('a server of another data directory, with a certificate of its own', () => {
  it('is found and trusted beside its data; elsewhere the sign-in keeps what is to be trusted', { timeout: 120_000 }, async () => {
    const dataDir = join(stage.folder, 'secured')
    const server = await startTributary({ dataDir, account: 'generated', args: ['--tls', 'generated'] })
    try {
      expect(server.endpoint).toMatch(/^https:/)
      expect((await stage.run('tributary queue list --data-dir secured')).stdout).toContain('default')
      const away = `--endpoint ${server.endpoint} --user admin --project local --password-from env:ADMIN`
      const env = { ...stage.env, ADMIN: server.account.adminPassword, XDG_CONFIG_HOME: join(stage.folder, 'elsewhere') }
      const login = async (...more: string[]) => {
        let err = ''
        const code = await runCommandLine(['login', ...away.split(' '), ...more], terminal({ env, err: (text) => void (err += text) }))
        return { code, err }
      }
      const distrusted = await login()
      expect(distrusted).toEqual({ code: 6, err: expect.stringContaining(`${server.endpoint} shows a certificate that is not trusted`) })
      expect(distrusted.err).toContain('--ca FILE')
      expect(await login('--ca', join(dataDir, 'tls', 'ca.pem'))).toEqual({ code: 0, err: '' })
      let out = ''
      await runCommandLine(['queue', 'list'], terminal({ env, out: (text) => void (out += text) }))
      expect(out).toContain('default')
      const plain = await stage.run(`tributary system info --endpoint ${server.endpoint.replace('https', 'http')}`)
      expect(plain).toMatchObject({ code: 6, stderr: expect.stringContaining(`it may want TLS: --endpoint ${server.endpoint}`) })
    } finally {
      await server[Symbol.asyncDispose]()
    }
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
    const gone = await stage.run(`tributary queue list --data-dir secured --endpoint ${server.endpoint}`)
    expect(gone).toMatchObject({
      code: 6,
      stderr: expect.stringContaining(`no server answers at ${server.endpoint}: nothing listens there`),
    })
  })
})
