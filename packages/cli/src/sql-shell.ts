// A conversation in SQL: statements over several lines, a history that is kept, and Ctrl-C that cancels what runs.

import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { Failure, describeFailure, failureOf } from './failure.ts'
import { endOf, runStatement } from './job.ts'
import { namesOf } from './names.ts'
import { readIfThere } from './values.ts'
import { type Format, formats, printAll } from './result.ts'
import type { Session } from './session.ts'
import { splitStatements } from './statements.ts'
import type { Terminal } from './terminal.ts'
import type { Call } from './verb.ts'

const historySize = 1000
const help = `Statements end with ; and may have several lines.
  \\q              leave (Ctrl-D too)
  \\queue NAME     run on another queue
  \\database NAME  database of names without one
  \\format NAME    ${formats.join(', ')}
Ctrl-C cancels the statement that runs, or drops what was typed.
`

/** What a conversation runs with; commands change it. */
interface Setting {
  queue: string | undefined
  database: string | undefined
  format: Format
  readonly conf: readonly string[]
}

/** Talks until the end of standard input or `\q`. A statement that fails ends nothing. */
export async function converse({ terminal, given, session }: Call): Promise<void> {
  const opened = await session()
  const setting: Setting = {
    queue: given.text('queue'),
    database: given.text('database'),
    format: (given.text('format') as Format | undefined) ?? 'table',
    conf: given.list('conf'),
  }
  terminal.err(`Connected to ${opened.endpoint}. \\h for help, \\q to leave.\n`)
  const output = terminal.isTTY.stdout ? { output: process.stdout } : {}
  const lines = createInterface({
    input: terminal.stdin,
    ...output,
    terminal: terminal.isTTY.stdin,
    history: readHistory(terminal),
    historySize,
  })
  await new Shell({ terminal, session: opened, setting, lines }).talk()
}

interface ShellParts {
  readonly terminal: Terminal
  readonly session: Session
  readonly setting: Setting
  readonly lines: Interface
}

/** One conversation: what was typed so far, and the statement that runs. */
class Shell {
  readonly #parts: ShellParts
  #typed = ''
  #isOver = false
  #running: AbortController | undefined

  constructor(parts: ShellParts) {
    this.#parts = parts
  }

  async talk(): Promise<void> {
    const { lines, terminal } = this.#parts
    lines.on('SIGINT', () => this.#interrupt())
    lines.on('close', () => (this.#isOver = true))
    terminal.signal.addEventListener('abort', () => this.#running?.abort())
    this.#prompt()
    for await (const line of lines) {
      if (this.#typed === '' && line.trim().startsWith('\\')) {
        if (await this.#command(line.trim())) break
      } else await this.#read(line)
      this.#prompt()
    }
    lines.close()
  }

  #prompt(): void {
    const { lines, setting } = this.#parts
    // Lines that were typed before the end are still to be run.
    if (this.#isOver) return
    const name = setting.queue ?? 'default'
    lines.setPrompt(this.#typed === '' ? `${name}> ` : `${' '.repeat(Math.max(0, name.length - 1))}-> `)
    lines.prompt()
  }

  #interrupt(): void {
    if (this.#running !== undefined) return this.#running.abort()
    this.#typed = ''
    this.#parts.terminal.err('\n')
    this.#prompt()
  }

  /** @returns true to leave */
  async #command(line: string): Promise<boolean> {
    const { setting, terminal } = this.#parts
    const [word = '', value] = line.split(/\s+/, 2)
    if (word === '\\q') return true
    if (word === '\\queue' && value !== undefined) await this.#choose('queue', value)
    else if (word === '\\database' && value !== undefined) await this.#choose('database', value)
    else if (word === '\\format' && formats.some((format) => format === value)) setting.format = value as Format
    else terminal.err(help)
    return false
  }

  /** Takes a name that is there; any other is refused at once and changes nothing. */
  async #choose(what: 'queue' | 'database', name: string): Promise<void> {
    const { session, setting, terminal } = this.#parts
    const names = await this.#unlessRefused(() => namesOf(what, session))
    if (names === undefined) return
    if (names.includes(name.toLowerCase())) setting[what] = name
    else terminal.err(`tributary: there is no ${what} ${name}; there is ${names.join(', ')}\n`)
  }

  async #read(line: string): Promise<void> {
    const { statements, rest } = splitStatements(`${this.#typed}${line}\n`)
    this.#typed = rest === '' ? '' : `${rest}\n`
    for (const statement of statements) {
      keepHistory(this.#parts.terminal, statement)
      if (!(await this.#run(statement))) break
    }
  }

  async #run(sql: string): Promise<boolean> {
    const { session, setting, terminal } = this.#parts
    this.#running = new AbortController()
    const own: Terminal = { ...terminal, signal: this.#running.signal }
    const statement = { sql, queue: setting.queue, database: setting.database, conf: setting.conf }
    const ran = await this.#unlessRefused(async () => {
      const outcome = await runStatement(session, own, statement)
      if (outcome.result === undefined) terminal.err(endOf(outcome))
      else await printAll(terminal, outcome.result, setting.format)
      return true
    })
    this.#running = undefined
    return ran === true
  }

  /** Explains what the server refuses, and goes on. @returns `undefined` then */
  async #unlessRefused<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work()
    } catch (error) {
      const failure = failureOf(error, { help: '\\h', list: 'tributary table list DATABASE' })
      if (!(failure instanceof Failure)) throw error
      this.#parts.terminal.err(describeFailure(failure))
      return undefined
    }
  }
}

function historyPath({ env }: Terminal): string {
  return join(env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state'), 'tributary', 'sql-history')
}

/** Newest first, as readline wants it. */
function readHistory(terminal: Terminal): string[] {
  const text = readIfThere(historyPath(terminal)) ?? ''
  return text
    .split('\n')
    .filter((line) => line !== '')
    .toReversed()
}

/** Keeps a statement on one line for the next conversation, unless there may be a secret in it. */
function keepHistory(terminal: Terminal, statement: string): void {
  if (/passw|secret|token/i.test(statement.replaceAll(/passwdauth/gi, ''))) return
  const path = historyPath(terminal)
  const kept = [...readHistory(terminal).toReversed(), `${statement.replaceAll(/\s+/g, ' ')};`].slice(-historySize)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, `${kept.join('\n')}\n`, { mode: 0o600 })
}
