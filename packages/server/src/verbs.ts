// The verbs beside `serve`: what their flags are, what they do, and what they say when it is done.

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { backupHelp, restoreHelp, rewrapHelp } from './help.ts'
import { readSettings } from './read-settings.ts'
import { type Settings, UsageError } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Flags = Readonly<Record<string, string | boolean | undefined>>

interface Verb {
  readonly flags: ParseArgsOptionsConfig
  readonly help: () => string
  /** @returns what to say when it is done */
  readonly run: (flags: Flags, settings: Settings, environment: Environment) => Promise<string>
}

const dataDir = { 'data-dir': { type: 'string' }, config: { type: 'string' } } as const

const keysElsewhere =
  'credentials.json is no part of a backup: users and access keys are as they were, and their secrets stay where you keep them, such as the data directory that was backed up; without it: tributary login'

// Each loads what it needs when it runs: a wrong flag is answered at once.
const verbs: Readonly<Record<string, Verb>> = {
  backup: {
    flags: { ...dataDir, to: { type: 'string' }, 'with-key': { type: 'boolean' } },
    help: backupHelp,
    run: async (flags, settings) => {
      const { backUp } = await import('./backup.ts')
      const to = required(flags, 'to')
      const { path, schema, results, tableFiles, hasKey } = backUp({ ...settings, to, withKey: flags['with-key'] === true })
      const key = hasKey
        ? 'with the sealing key: whoever has it can read every secret in it'
        : 'without the sealing key: keep that elsewhere'
      return `${path} holds the database (schema ${schema}), ${tableFiles} files of managed tables and the results of ${results} jobs, ${key}`
    },
  },
  restore: {
    flags: { ...dataDir, from: { type: 'string' }, key: { type: 'string' } },
    help: restoreHelp,
    run: async (flags, settings) => {
      const { restore } = await import('./restore.ts')
      const keyFile = flags['key'] === undefined ? undefined : required(flags, 'key')
      const { path, takenAt, hasKey } = restore({ ...settings, from: required(flags, 'from'), keyFile })
      const next = hasKey
        ? `tributary serve --data-dir ${path} starts it`
        : `put its sealing key at ${path}/sealing.key (mode 0600) before it is started`
      return `${path} is as it was on ${takenAt}; ${next}\n${keysElsewhere}`
    },
  },
  'rewrap-key': {
    flags: dataDir,
    help: rewrapHelp,
    run: async (_flags, settings, environment) => {
      const { rewrapKey } = await import('./rewrap.ts')
      const count = await rewrapKey({ ...settings, newKey: environment['TRIBUTARY_NEW_SEALING_KEY'] })
      return `${count} secrets are sealed under a new key; backups that were taken before still need the old one`
    },
  },
}

/** Whether a word is one of the verbs here. */
export function isVerb(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(verbs, name)
}

/**
 * Runs a verb to its end.
 * @param args - what follows it
 * @returns what to print
 * @throws {UsageError} for a flag that is unknown or missing, and whatever the verb throws
 */
export async function runVerb(name: string, args: readonly string[], environment: Environment): Promise<string> {
  const verb = verbs[name]
  if (verb === undefined) throw new Error(`${name} is no verb`)
  if (args.includes('--help') || args.includes('-h')) return verb.help()
  const flags = readFlags(name, verb, args)
  const passed = Object.keys(dataDir).flatMap((flag) => (flags[flag] === undefined ? [] : [`--${flag}`, String(flags[flag])]))
  return `${await verb.run(flags, readSettings(passed, environment), environment)}\n`
}

function readFlags(name: string, { flags }: Verb, args: readonly string[]): Flags {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values as Flags
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (tributary ${name} --help lists them)`)
  }
}

function required(flags: Flags, name: string): string {
  const value = flags[name]
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`--${name} is missing: it names ${name === 'key' ? 'a file' : 'a directory'}`)
}
