// Runs one command line from its words to its exit code.

import { proposeCompletions, run } from '@stricli/core'
import { applicationOf, type Context } from './application.ts'
import { everyNoun, everyVerb } from './commands/every-verb.ts'
import { exitCodes } from './exit-codes.ts'
import { codeOf, describeFailure, Failure, failureOf, type HelpLines } from './failure.ts'
import type { Given } from './given.ts'
import { serverVerbs } from './help.ts'
import { proposeNames } from './proposals.ts'
import { openSession, type Session } from './session.ts'
import type { Terminal } from './terminal.ts'
import { operations } from '@tributary/contract'
import { flagsOf, type Verb } from './verb.ts'

/** Runs a command line. @param args - without the program's name @returns the exit code, see `exit-codes.ts` */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const application = applicationOf(everyNoun, everyVerb)
  let failure: number | undefined
  const perform = async (verb: Verb, given: Given): Promise<void> => {
    failure = await performVerb(verb, given, terminal)
  }
  const process: { exitCode?: number | string | null } & Context['process'] = {
    stdout: { write: terminal.out },
    stderr: { write: terminal.err },
  }
  await run(application, helpLast(args), { process, perform })
  if (failure !== undefined) return failure
  if (typeof process.exitCode !== 'number' || process.exitCode === 0) return exitCodes.done.code
  terminal.err(`  next: ${nearest(args) ?? `tributary ${knownWords(args)}--help`}\n`)
  return exitCodes.usage.code
}

/** Proposals for the last word of a command line, as completion of a shell asks for them. */
export async function proposalsFor(words: readonly string[], terminal: Terminal): Promise<readonly string[]> {
  const nothing = { write: () => {} }
  const context = { process: { stdout: nothing, stderr: nothing }, perform: async () => {} }
  const proposals = await proposeCompletions(applicationOf(everyNoun, everyVerb), words, context)
  const own = words.length === 1 ? serverVerbs.map(({ name }) => name).filter((name) => name.startsWith(words[0] ?? '')) : []
  const names = await proposeNames(everyVerb, words, terminal)
  // Where a name could stand, flags are in the way of it until a dash is typed.
  const isFlagWanted = names.length === 0 || words.at(-1)?.startsWith('-') === true
  const others = proposals.map(({ completion }) => completion).filter((text) => text !== '--' && (isFlagWanted || !text.startsWith('-')))
  return [...own, ...others, ...names]
}

/** `help queue create` is `queue create --help`. */
function helpLast(args: readonly string[]): readonly string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args
}

/** The words of a command line up to which it is understood, with a blank at the end. */
function knownWords(args: readonly string[]): string {
  const [noun = '', verb = ''] = args
  if (everyVerb.some(({ words }) => words === `${noun} ${verb}` || words === noun)) {
    return everyVerb.some(({ words }) => words === noun) ? `${noun} ` : `${noun} ${verb} `
  }
  return everyNoun.some(({ name }) => name === noun) ? `${noun} ` : ''
}

/** Words of other tools, and of the API, for what is called otherwise here. */
const otherWords: Readonly<Record<string, string>> = {
  'queue update': 'tributary queue grow NAME --by CU, or tributary queue shrink NAME --by CU',
  'queue resize': 'tributary queue grow NAME --by CU, or tributary queue shrink NAME --by CU',
  'queue scale': 'tributary queue grow NAME --by CU, or tributary queue shrink NAME --by CU',
  'queue grant': 'tributary queue authorize-user QUEUE USER --action grant --privileges SUBMIT_JOB',
  'connection update': 'tributary connection bind, unbind, import-hosts, replace-hosts or add-route',
  'job submit-job': 'tributary job submit',
  'privilege grant': 'tributary privilege change USER --action grant --privileges JSON',
  'privilege revoke': 'tributary privilege change USER --action revoke --privileges JSON',
}

/** What was meant by a verb or a flag that is not there, where that is known. */
function nearest(args: readonly string[]): string | undefined {
  const words = args.slice(0, 2).join(' ')
  if (args[0]?.startsWith('-') === true) return 'flags follow the command: tributary NOUN VERB --flag'
  if (Object.hasOwn(otherWords, words)) return otherWords[words]
  const verb = everyVerb.find((one) => one.words === words)
  const names = verb === undefined ? [] : flagsOf(verb).map(({ name }) => name)
  const isLimit = args.some((arg) => /^--limit(=|$)/.test(arg)) && !names.includes('limit') && names.includes('page-size')
  return isLimit ? `tributary ${words} --page-size NUMBER` : undefined
}

async function performVerb(verb: Verb, given: Given, terminal: Terminal): Promise<number> {
  let opened: Promise<Session> | undefined
  const isOpen = verb.operations.length > 0 && verb.operations.every((id) => operations[id].needs === 'nobody')
  const session = (): Promise<Session> => (opened ??= openSession({ terminal, given, isOpen }))
  try {
    await verb.run({ terminal, given, session })
    return exitCodes.done.code
  } catch (error) {
    const failure = failureOf(error, helpLinesOf(verb))
    if (!(failure instanceof Failure)) return explainBug(error, terminal)
    terminal.err(describeFailure(failure))
    return codeOf(failure)
  }
}

function helpLinesOf({ words }: Verb): HelpLines {
  const list = `${words.split(' ')[0] ?? ''} list`
  const hasList = everyVerb.some((verb) => verb.words === list)
  return { help: `tributary ${words} --help`, list: `tributary ${hasList ? list : `${words.split(' ')[0] ?? ''} --help`}` }
}

/** Anything but a failure is a mistake of this program: it is shown whole. */
function explainBug(error: unknown, terminal: Terminal): number {
  terminal.err(`tributary: this should not happen: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exitCodes.failed.code
}
