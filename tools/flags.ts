// What a script is told on its command line: `--help` prints a line for each flag, and a flag that nobody knows is answered with the same lines.

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

/** One flag of a script. */
export interface Flag {
  /** What it does, for `--help`. */
  readonly says: string
  /** How its value is called there; a flag without one is a switch. */
  readonly value?: string
  /** Its value where it is not given. */
  readonly usual?: string
  /** Whether that is another one each time. */
  readonly isDrawn?: boolean
  /** Whether it may be given several times. */
  readonly isList?: boolean
}

/** By which a run of random things can be had once more. */
export const seedFlag = {
  value: 'N',
  usual: String(Date.now() % 1_000_000),
  isDrawn: true,
  says: 'what is random follows from it; another one each time unless told',
} as const satisfies Flag

/** What a flag is read as. */
type Given<One extends Flag> = One extends { readonly value: string }
  ? One extends { readonly isList: true }
    ? readonly string[]
    : One extends { readonly usual: string }
      ? string
      : string | undefined
  : boolean

/** A script and what it may be told. */
export interface Script<Flags extends Readonly<Record<string, Flag>>> {
  /** How it is started, for instance `npm run bench --`. */
  readonly start: string
  readonly flags: Flags
  /** How the words beside its flags are called; it takes none unless told. */
  readonly words?: string
}

/** What a script was told. */
export interface Told<Flags extends Readonly<Record<string, Flag>>> {
  readonly flags: { readonly [Name in keyof Flags]: Given<Flags[Name]> }
  readonly words: readonly string[]
}

/** Reads the arguments of this process, which ends here after `--help` (status 0), or where it was told what the script does not know (status 2). */
export function readFlags<const Flags extends Readonly<Record<string, Flag>>>(script: Script<Flags>): Told<Flags> {
  try {
    const { values, positionals } = parseArgs({ options: optionsOf(script.flags), allowPositionals: script.words !== undefined })
    if (values['help'] !== true) return { flags: withLists(script.flags, values) as Told<Flags>['flags'], words: positionals }
    console.log(usageOf(script))
    process.exit(0)
  } catch (error) {
    refuse(script, (error as Error).message)
  }
}

/** Ends this process with status 2 and the usage: what it was told makes no sense. */
export function refuse(script: Script<Readonly<Record<string, Flag>>>, why: string): never {
  console.error(`tributary: ${why}\n\n${usageOf(script)}`)
  process.exit(2)
}

function optionsOf(flags: Readonly<Record<string, Flag>>): ParseArgsOptionsConfig {
  const options = Object.entries(flags).map(([name, { value, usual, isList }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    const fallback = value === undefined ? false : usual
    return [name, { type, multiple: isList === true, ...(fallback === undefined ? {} : { default: fallback }) }] as const
  })
  return { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } }
}

function withLists(flags: Readonly<Record<string, Flag>>, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(flags).map(([name, { isList }]) => [name, values[name] ?? (isList === true ? [] : undefined)]))
}

function usageOf({ start, flags, words }: Script<Readonly<Record<string, Flag>>>): string {
  const lines = Object.entries(flags).map(([name, { value, usual, isDrawn, says }]) => {
    const left = value === undefined ? `--${name}` : `--${name} <${value}>`
    return [left, usual === undefined || isDrawn === true ? says : `${says}; ${usual} unless told`] as const
  })
  const all = [...lines, ['--help', 'prints this'] as const]
  const width = Math.max(...all.map(([left]) => left.length))
  const asked = [start, '[flags]', ...(words === undefined ? [] : [words])].join(' ')
  return [`usage: ${asked}`, ...all.map(([left, says]) => `  ${left.padEnd(width)}  ${says}`)].join('\n')
}
