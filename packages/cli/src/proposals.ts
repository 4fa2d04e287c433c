// What could stand next on a command line, as completion of a shell asks: commands and flags, and names of what the server has.

import { setTimeout as sleep } from 'node:timers/promises'
import { Given } from './given.ts'
import { namesOf, nounNamedBy, tableNamesOf } from './names.ts'
import { openSession } from './session.ts'
import type { Terminal } from './terminal.ts'
import { type Flag, flagsOf, nounOf, type Verb } from './verb.ts'

/** Somebody waits before a prompt: a server that takes longer has nothing to propose. */
const longestMs = 1000

// Flags that say who asks whom; the others mean nothing to a list.
const sessionFlags = ['profile', 'data-dir', 'endpoint', 'project']

/** A command line that is being typed. */
interface Typed {
  readonly verb: Verb
  /** Positional arguments before the word in question. */
  readonly args: readonly string[]
  readonly flags: Readonly<Record<string, string>>
  /** The flag whose value is being typed. */
  readonly open: Flag | undefined
  readonly word: string
}

/**
 * Names that could stand in place of the last word.
 * @param words - as typed, the unfinished one last
 * @returns nothing where no name is asked for, nobody is signed in, or no server answers in a second
 */
export async function proposeNames(verbs: readonly Verb[], words: readonly string[], terminal: Terminal): Promise<readonly string[]> {
  const typed = typedOf(verbs, words)
  if (typed === undefined || typed.word.startsWith('-')) return []
  const names = await Promise.race([namesFor(typed, terminal), sleep(longestMs, [], { ref: false })]).catch(() => [])
  // A list is completed at its last element.
  const before = typed.open?.kind === 'list' ? typed.word.slice(0, typed.word.lastIndexOf(',') + 1) : ''
  return names.map((name) => before + name).filter((name) => name.startsWith(typed.word))
}

async function namesFor({ verb, args, flags, open }: Typed, terminal: Terminal): Promise<readonly string[]> {
  const name = open === undefined ? (verb.positionals[args.length] ?? repeatedOf(verb))?.name : open.name
  const given = new Given([], flags)
  if (name === undefined || verb.isLocal === true) return []
  const session = () => openSession({ terminal, given })
  if (name === 'table' && args[0] !== undefined) return tableNamesOf(await session(), args[0])
  const noun = nounNamedBy(name)
  // What is to be made has a name that nothing has yet.
  const isNew = open === undefined && / create(-|$)/.test(verb.words) && noun === nounOf(verb)
  return noun === undefined || isNew ? [] : namesOf(noun, await session())
}

function repeatedOf({ positionals }: Verb): Verb['positionals'][number] | undefined {
  const last = positionals.at(-1)
  return last?.isRepeated === true ? last : undefined
}

function typedOf(verbs: readonly Verb[], words: readonly string[]): Typed | undefined {
  const verb = verbs.find((one) => one.words === words.slice(0, 2).join(' ')) ?? verbs.find((one) => one.words === words[0])
  if (verb === undefined) return undefined
  const args: string[] = []
  const flags: Record<string, string> = {}
  let open: Flag | undefined
  for (const word of words.slice(verb.words.split(' ').length, -1)) {
    if (open !== undefined) {
      if (sessionFlags.includes(open.name)) flags[open.name] = word
      open = undefined
    } else if (word.startsWith('-')) open = openFlag(verb, word)
    else args.push(word)
  }
  return { verb, args, flags, open, word: words.at(-1) ?? '' }
}

/** The flag that a word names, where a value follows it. */
function openFlag(verb: Verb, word: string): Flag | undefined {
  const flag = flagsOf(verb).find(({ name, letter }) => word === `--${name}` || word === `-${letter ?? ''}`)
  return flag?.kind === 'switch' ? undefined : flag
}
