// A stage for the command line: a real server, a real PostgreSQL, a folder to stand in, and two ways to run what somebody would type.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { runCommandLine } from '../../packages/cli/src/run.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'

const bin = fileURLToPath(new URL('../../bin', import.meta.url))
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))

const shopSql = `
  create table public.orders as select g as id, 1 + g % 3 as customer_id, (g % 100)::numeric(10,2) as amount from generate_series(1, 1200) g;
  create table public.customers (id int, name text);
  insert into public.customers values (1, '张三'), (2, 'Ann'), (3, 'Müller');
  create view public.endless as select g as id, md5(g::text) as noise from generate_series(1, 2000000000) g;`

const masks: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID'],
  [/\b[0-9a-f]{32}\b/g, 'ID'],
  [/\b[A-Z0-9]{20}\b/g, 'KEY'],
  [/\b[A-Za-z0-9]{40}\b/g, 'SECRET'],
  [/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?/g, 'TIME'],
  [/\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}/g, 'TIME'],
  [/to-\w+-\d+-\w+\.datasource/g, 'to-NAME.datasource'],
  [/\b\d+(\.\d+)? k?B\b/g, 'N B'],
  [/\b\d+(\.\d+)? ms\b/g, 'N ms'],
  // time columns of the doctor
  [/(?<= (?:yes|no) +)\d+\.\d\b/g, 'N'],
  [/^(duration +)\d+$/gm, '$1N'],
  [/^(queue id +)\d+$/gm, '$1N'],
  [/ {2,}/g, '  '],
  [/ +$/gm, ''],
]

/** What a command line came to. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The stage of one test file. */
export class Stage {
  readonly folder: string
  readonly source: PostgresServer
  readonly server: TributaryServer
  readonly env: Readonly<Record<string, string>>

  private constructor(folder: string, source: PostgresServer, server: TributaryServer, secretKey: string) {
    this.folder = folder
    this.source = source
    this.server = server
    this.env = {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_STATE_HOME: join(folder, 'state'),
      SHOP_PASSWORD: source.password,
      SECRET_KEY: secretKey,
      ANN_PASSWORD: 'Quiet-lantern-3',
      ANN_NEW_PASSWORD: 'Louder-lantern-4',
    }
  }

  /** Starts both servers; the data directory of ours is `data` in the folder, as a newcomer has it. */
  static async open(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'))
    await mkdir(join(folder, 'data'))
    const [source, server] = await Promise.all([
      startPostgres({ databases: { shop: shopSql } }),
      startTributary({ dataDir: join(folder, 'data'), account: 'generated', args: ['--allow-clock'] }),
    ])
    return new Stage(folder, source, server, server.account.secretKey)
  }

  /** Writes a file into the folder. */
  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content)
  }

  /** Reads a file of the folder. */
  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8')
  }

  /** Runs a line in a shell, as a process of its own, from `bin/tributary` on; there is nothing on standard input. */
  async shell(line: string): Promise<Outcome> {
    const child = spawn('bash', ['-c', this.#here(line)], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = (await once(child, 'close')) as [number | null]
    const [stdout, stderr] = await said
    return { code: code ?? -1, stdout, stderr }
  }

  /** Runs a line at a terminal of its own, where each answer is typed after the prompt. */
  async terminal(line: string, typed: string): Promise<Outcome> {
    const child = spawn('/usr/bin/script', ['-qec', this.#here(line), '/dev/null'], {
      cwd: this.folder,
      env: { ...this.env, TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
      if (typed !== '' && stdout.includes(': ')) {
        child.stdin.write(typed)
        typed = ''
      }
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code: code ?? -1, stdout, stderr: '' }
  }

  /** Runs a line as a process of its own and presses Ctrl-C once it has said something on standard error. */
  async interrupt(line: string, sign: string): Promise<Outcome> {
    const [, ...words] = wordsOf(this.#here(line))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...words], {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (!stderr.includes(sign) && (stderr + chunk).includes(sign)) child.kill('SIGINT')
      stderr += chunk
    })
    const said = text(child.stdout)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code: code ?? -1, stdout: await said, stderr }
  }

  /** Runs a line in this process, with what `<` and `>` name; one that needs more of a shell goes to a shell. */
  async run(line: string): Promise<Outcome> {
    if (/[|$]/.test(line.replaceAll(/'[^']*'/g, ''))) return this.shell(line)
    const [, command = line, input, output] = /^(.*?)(?: < (\S+))?(?: > (\S+))?$/.exec(line) ?? []
    let [stdout, stderr] = ['', '']
    const code = await runCommandLine(wordsOf(this.#here(command)).slice(1), {
      stdin: Readable.from(input === undefined ? [] : [await this.read(input)]),
      out: (chunk) => void (stdout += chunk),
      err: (chunk) => void (stderr += chunk),
      isTTY: { stdin: false, stdout: false, stderr: false },
      env: this.env,
      cwd: this.folder,
      signal: new AbortController().signal,
    })
    if (output !== undefined) await this.write(output, stdout)
    return { code, stdout: output === undefined ? stdout : '', stderr }
  }

  /** Runs a line that has to go well. @returns its answer as JSON */
  async json(line: string): Promise<Readonly<Record<string, unknown>>> {
    const { code, stdout, stderr } = await this.run(`${line} --json`)
    if (code !== 0) throw new Error(`${line} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>
  }

  /** The port of the database is another one here. */
  #here(line: string): string {
    return line.replaceAll('127.0.0.1:5432', `127.0.0.1:${this.source.port}`)
  }

  /** Output as it would be where a newcomer stands: usual port and address. */
  placed(output: string): string {
    return (
      output
        .replaceAll(this.folder, 'FOLDER')
        .replaceAll(String(this.source.port), '5432')
        .replaceAll(this.server.endpoint, 'http://127.0.0.1:8080')
        .replaceAll('\r\n', '\n')
        // Whether something takes longer than a second depends on the machine.
        .replaceAll(/^waiting for .*\n/gm, '')
    )
  }

  /** What differs from run to run, masked: ids, times, ports, paths; runs of blanks, because widths depend on them. */
  masked(output: string): string {
    return masks.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), this.placed(output))
  }

  async close(): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await this.source[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The words of a line as a shell would see them: quotes are taken off, nothing is expanded. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'))
}
