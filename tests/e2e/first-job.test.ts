// docs/guides/first-job.md, call by call, by bash and curl as it stands there, against a real server and a real PostgreSQL: from nothing to counted rows.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const guide = readFileSync(new URL('../../docs/guides/first-job.md', import.meta.url), 'utf8')
const hasCurl = spawnSync('curl', ['--version']).status === 0
const rows = 1200

interface Answer {
  readonly [member: string]: unknown
}

/** One bash for the whole guide, so that what a step sets stands for the next. */
class Shell implements AsyncDisposable {
  readonly #child
  readonly #lines

  constructor(folder: string) {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder }
    this.#child = spawn('bash', ['--norc'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** What a command prints. */
  async run(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\necho 'end of command'\n`)
    let printed = ''
    for (;;) {
      const { done, value } = await this.#lines.next()
      if (done === true) throw new Error(`bash ended within: ${command}`)
      if (value === 'end of command') return printed
      printed += value
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end()
    await once(this.#child, 'close')
  }
}

/** The commands of all blocks; one begins where a line begins. */
function commandsOf(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.trimEnd().split(/\n(?=\S)/))
}

/** As it stands there, with this machine's ports and login in the place of the reader's. */
function here(command: string, server: TributaryServer, source: PostgresServer): string {
  return command
    .replace('http://127.0.0.1:8080', server.endpoint)
    .replaceAll('127.0.0.1:5432', `127.0.0.1:${source.port}`)
    .replace('"USER"', `"${source.user}"`)
    .replace('"PASSWORD"', `"${source.password}"`)
    .replace('/DATABASE', '/site')
}

/** What a call answers; one that looks whether something is ready is made until it is. */
async function ask(shell: Shell, command: string): Promise<Answer> {
  const isReady = (printed: string): boolean =>
    command.endsWith('/status') ? !/"status":"(LAUNCHING|RUNNING)"/.test(printed) : !printed.includes('CREATING')
  for (;;) {
    const printed = await shell.run(command)
    if (isReady(printed)) return JSON.parse(printed) as Answer
    await sleep(50)
  }
}

/** Runs a command. @returns what a call answered; `undefined` for what only sets something @throws {Error} where the guide is not true */
async function follow(shell: Shell, command: string): Promise<Answer | undefined> {
  if (!command.startsWith('call ')) {
    const printed = await shell.run(command)
    if (printed !== '') throw new Error(`${command}\nprinted ${printed}`)
    return undefined
  }
  const answer = await ask(shell, command)
  const isWell = !('error_code' in answer) && (!command.endsWith('/status') || answer['status'] === 'FINISHED')
  if (!isWell) throw new Error(`${command}\nanswered ${JSON.stringify(answer)}`)
  return answer
}

it.skipIf(!hasCurl && process.env['CI'] !== 'true')('the guide to a first job is true, call by call', { timeout: 180_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tributary-first-job-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'data'))
  const setup = `create table public.orders as select g as id from generate_series(1, ${rows}) g`
  const source = stack.use(await startPostgres({ databases: { site: setup } }))
  const server = stack.use(await startTributary({ dataDir: join(folder, 'data'), account: 'generated' }))
  const shell = stack.use(new Shell(folder))
  const answers: Answer[] = []
  let job = ''
  // It runs already.
  for (const command of commandsOf(guide).filter((line) => !line.startsWith('bin/tributary serve'))) {
    const answer = await follow(shell, here(command, server, source).replace('JOB_ID', job))
    if (answer === undefined) continue
    job = typeof answer['job_id'] === 'string' ? answer['job_id'] : job
    answers.push(answer)
  }
  expect(answers.length).toBeGreaterThan(11)
  const connections = answers.find((answer) => Array.isArray(answer['connections']))
  expect(JSON.stringify(connections)).toContain('"status":"ACTIVE"')
  expect(answers.find((answer) => 'reachable' in answer)).toMatchObject({ reachable: true })
  expect(answers.at(-1)).toMatchObject({ rows: [[rows]] })
})
