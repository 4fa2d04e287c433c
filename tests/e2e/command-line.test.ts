// The command line against a real server: what help teaches, every example of every verb, the guide, a conversation in SQL, and completion.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { allOperations, type Operation } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyVerb } from '../../packages/cli/src/commands/every-verb.ts'
import { procedure } from '../../packages/cli/src/help.ts'
import { runCommandLine } from '../../packages/cli/src/run.ts'
import { Stage } from './command-line-stage.ts'
import { story } from './command-line-story.ts'
import { fill, prepare } from './command-line-words.ts'

const golden = fileURLToPath(new URL('./command-line-examples.txt', import.meta.url))
const guide = fileURLToPath(new URL('../../docs/guides/command-line.md', import.meta.url))
// Writes what is printed now in place of what was expected; read the difference before keeping it.
const isRewriting = process.env['REWRITE_OUTPUT'] === 'true'

// Of these the first line is compared: the rest is the server's, and changes with it.
const isLong: ReadonlySet<string> = new Set(['system metrics', 'system fidelity'])

const hasScript = existsSync('/usr/bin/script') && process.platform === 'linux'

describe('a newcomer with nothing but tributary --help', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await Stage.open()
  }, 60_000)
  afterAll(() => stage?.close())

  it.skipIf(!hasScript)('goes the whole way, from a shell, and the password is never shown', { timeout: 120_000 }, async () => {
    const { stdout: help } = await stage.shell('tributary --help')
    const joined = help.replaceAll(/ \\\n\s+/g, ' ')
    const steps = procedure.filter(({ line }) => line !== 'tributary serve')
    let last = ''
    expect(steps.length).toBeGreaterThan(8)
    for (const { line } of steps) {
      expect(joined).toContain(line)
      const asks = line.includes('auth-info create')
      const { code, stdout, stderr } = asks ? await stage.terminal(line, `${stage.source.password}\n`) : await stage.shell(line)
      expect({ line, code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ line, code: 0, stderr: '' })
      expect(stdout).not.toContain(stage.source.password)
      last = stdout
    }
    expect(last).toBe('orders\n  1200\n(1 row)\n')
  })

  it('attaches a source with one command, twice without harm', { timeout: 60_000 }, async () => {
    const line = 'tributary attach postgresql://tributary@127.0.0.1:5432/shop --as store'
    const first = await stage.run(`${line} --password-from env:SHOP_PASSWORD`)
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' })
    expect(first.stdout).toContain('3 tables created')
    await stage.source.query('shop', 'create table public.late as select 1 as one')
    const second = await stage.run(line)
    expect(second.code).toBe(0)
    expect(second.stdout).toContain('1 table created, 3 there already')
    const calls = second.stdout.split('\n').filter((said) => /^(POST|PUT|DELETE)/.test(said))
    expect(calls.every((call) => /submit-job|tributary_attach_listing/.test(call))).toBe(true)
    expect((await stage.run('tributary sql -q store -e "SELECT name FROM store.customers WHERE id = 1"')).stdout).toBe(
      'name\n张三\n(1 row)\n',
    )
  })

  it('says by exit code what went wrong, and what to do next', { timeout: 60_000 }, async () => {
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['tributary queue get nothing', 4, /next: see what there is: tributary queue list\n {2}request: [0-9a-f]{32}/],
      ['tributary queue create analytics2', 2, /--cu is missing/],
      ['tributary queue crate x', 2, /is it create\?/],
      ['tributary queue create x --cu many', 2, /next: tributary queue create --help/],
      ['tributary queue create x --cu 3', 1, /DLI\.0001/],
      ['tributary queue list --profile nobody', 2, /there is no profile nobody/],
      ['tributary queue list --data-dir nowhere', 3, /name the data directory/],
      ['tributary queue list --endpoint http://127.0.0.1:9', 6, /next: start one: tributary serve/],
      ['tributary doctor analytics 10.99.0.9:5432', 1, /not reachable/],
      ['tributary sql -e "SELECT 1" -f x', 2, /do not go together/],
      ['tributary auth-info create x --user u --password-from hunter2', 2, /secrets are not taken from arguments/],
      ['tributary attach postgresql://a:hunter2@127.0.0.1:5432/shop --as x', 2, /password/],
    ]
    for (const [line, code, said] of cases) {
      const outcome = await stage.run(line)
      expect({ line, code: outcome.code }).toEqual({ line, code })
      expect(outcome.stderr).toMatch(said)
      expect(outcome.stderr + outcome.stdout.replace(line, '')).not.toContain('hunter2')
    }
  })

  it('ends a wait with exit code 5, and Ctrl-C cancels the job', { timeout: 60_000 }, async () => {
    const { job_id: id } = await stage.json('tributary job submit --queue store --sql "SELECT max(noise) AS m FROM store.endless"')
    expect((await stage.run(`tributary job wait ${String(id)} --timeout 0.2`)).code).toBe(5)
    expect((await stage.run(`tributary job cancel ${String(id)}`)).code).toBe(0)
    const interrupted = await stage.interrupt('tributary sql -q store -e "SELECT max(noise) AS m FROM store.endless"', 'waiting for job')
    expect(interrupted).toMatchObject({ code: 130, stdout: '' })
    expect(interrupted.stderr).toContain('the job cancelled')
    const { jobs } = (await stage.json('tributary job list --page-size 1')) as { jobs: { status: string }[] }
    expect(jobs[0]?.status).toBe('CANCELLED')
  })

  it('talks: several lines, Chinese, a mistake, and Ctrl-C that cancels what runs', { timeout: 60_000 }, async () => {
    const stdin = new PassThrough()
    let [out, err] = ['', '']
    const until = async (has: () => boolean): Promise<void> => {
      for (let waited = 0; !has() && waited < 20_000; waited += 20) await sleep(20)
      expect(has(), out + err).toBe(true)
    }
    const talk = runCommandLine(['sql', '-q', 'store', '-d', 'store'], {
      stdin,
      out: (chunk) => void (out += chunk),
      err: (chunk) => void (err += chunk),
      isTTY: { stdin: true, stdout: false, stderr: false },
      env: stage.env,
      cwd: stage.folder,
      signal: new AbortController().signal,
    })
    await until(() => err.includes('to leave'))
    stdin.write("SELECT name\nFROM customers -- not; yet\nWHERE name = '张三';\n")
    await until(() => out.includes('(1 row)'))
    expect(out).toBe('name\n张三\n(1 row)\n')
    stdin.write('SELEC 1;\n')
    await until(() => err.includes('DLI.0004'))
    stdin.write('\\format csv\nSELECT 1 AS one;\n')
    await until(() => out.endsWith('one\r\n1\r\n'))
    stdin.write('SELECT max(noise) AS m FROM endless;\n')
    await until(() => err.includes('waiting for job'))
    stdin.write('\u0003')
    await until(() => err.includes('the job cancelled'))
    stdin.write('\\q\n')
    expect(await talk).toBe(0)
    const history = join(stage.folder, 'state', 'tributary', 'sql-history')
    expect(readFileSync(history, 'utf8')).toContain('SELECT 1 AS one;\n')
    expect(statSync(history).mode & 0o777).toBe(0o600)
  })

  it('completes words and flags in bash', { timeout: 60_000 }, async () => {
    const script = 'eval "$(tributary completion bash)"; COMP_WORDS=(tributary queue cr); COMP_CWORD=2; _tributary; echo "${COMPREPLY[@]}"'
    expect(await stage.shell(script)).toEqual({ code: 0, stdout: 'create\n', stderr: '' })
    expect((await stage.shell('tributary --propose queue create --c')).stdout.split('\n')).toContain('--cu')
  })

  it.skipIf(!existsSync('/usr/bin/fish'))('completes in fish', { timeout: 60_000 }, async () => {
    const { stdout } = await stage.shell(`tributary completion fish > t.fish; fish -c 'source t.fish; complete -C "tributary queue cr"'`)
    expect(stdout.trim()).toBe('create')
  })

  it.skipIf(!existsSync('/usr/bin/zsh'))('has a script that zsh takes', { timeout: 60_000 }, async () => {
    const words =
      'tributary completion zsh > _tributary; zsh -fc \'compdef() {}; compadd() { print -r -- "$@"; }; source ./_tributary; words=(tributary queue cr); CURRENT=3; _tributary\''
    expect((await stage.shell(words)).stdout).toBe('-- create\n')
  })
})

describe('every example of every --help', () => {
  let stage: Stage
  const called = new Set<Operation>()
  const { fetch: realFetch } = globalThis

  beforeAll(async () => {
    stage = await Stage.open()
    await prepare(stage)
    // Hears which operations are called; every call goes to the real server.
    globalThis.fetch = (input, init) => {
      const path = new URL(input instanceof Request ? input.url : input).pathname
      for (const operation of allOperations) if (isCallOf(operation, init?.method ?? 'GET', path)) called.add(operation)
      return realFetch(input, init)
    }
  }, 60_000)
  afterAll(async () => {
    globalThis.fetch = realFetch
    await stage?.close()
  })

  it('is in the story once', () => {
    const told = story.filter((step) => !step.startsWith('! '))
    expect(told.toSorted()).toEqual(everyVerb.map(({ words }) => words).toSorted())
  })

  it('is run, goes well, and prints what it printed before', { timeout: 300_000 }, async () => {
    const printed: string[] = []
    for (const step of story) {
      const examples = everyVerb.find(({ words }) => words === step)?.examples ?? [{ line: step.slice(2) }]
      for (const { line } of examples) {
        const filled = await fill(stage, line)
        const asks = line.includes('auth-info create') && !line.includes('--password-from')
        const { code, stdout, stderr } = await stage.run(asks ? `${filled} --password-from stdin < shop-password` : filled)
        expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
        if (!step.startsWith('! ')) printed.push(`$ ${line}\n${comparable(step, stage.masked(stdout))}`)
      }
    }
    expect(printed.length).toBeGreaterThan(150)
    const text = printed.join('\n')
    if (isRewriting) writeFileSync(golden, text)
    expect(text).toBe(readFileSync(golden, 'utf8'))
  })

  it('leaves no operation of the API without a verb that calls it', () => {
    expect(allOperations.length).toBeGreaterThan(100)
    expect(allOperations.filter((operation) => !called.has(operation)).map(({ id }) => id)).toEqual([])
    const claimed = new Set(everyVerb.flatMap(({ operations }) => operations))
    expect(allOperations.filter(({ id }) => !claimed.has(id as never)).map(({ id }) => id)).toEqual([])
  })
})

describe('the guide', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await Stage.open()
  }, 60_000)
  afterAll(() => stage?.close())

  it('prints what it says', { timeout: 300_000 }, async () => {
    const text = readFileSync(guide, 'utf8')
    let fresh = text
    let count = 0
    for (const [block, body = ''] of text.matchAll(/```console\n([\s\S]*?)```/g)) {
      let now = ''
      for (const [, line = ''] of body.matchAll(/^\$ (.*(?:\n> .*)*)/gm)) {
        const { stdout, stderr } = await stage.shell(line.replaceAll('\n> ', '\n'))
        now += `$ ${line}\n${stage.placed(stderr + stdout)}`
        count += 1
      }
      fresh = fresh.replace(block, () => `\`\`\`console\n${now}\`\`\``)
    }
    expect(count).toBeGreaterThan(15)
    if (isRewriting) writeFileSync(guide, fresh)
    expect(stage.masked(fresh)).toBe(stage.masked(readFileSync(guide, 'utf8')))
  })
})

/** What of an output is the same in every run: ids order some lists, so rows are sorted. */
function comparable(words: string, output: string): string {
  const [first = '', ...rest] = output.split('\n').filter((line) => line !== '')
  if (isLong.has(words)) return `${first}\n`
  return / list|security-group get/.test(words) ? [first, ...rest.toSorted(), ''].join('\n') : output
}

/** Whether a call is one of an operation, by any of its paths; a path without parameters wins over one with. */
function isCallOf(operation: Operation, method: string, path: string): boolean {
  const matches = ({ paths, method: own }: Operation): boolean =>
    own === method &&
    paths.some((template) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[a-z_]+\}/g, '[^/]+')}$`).test(path))
  if (!matches(operation)) return false
  const literal = allOperations.find(({ method: own, paths }) => own === method && paths.includes(path))
  return literal === undefined || literal === operation
}
