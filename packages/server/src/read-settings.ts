// Reads the settings of one start from flags, the environment and a file; checks them, freezes them, hands them down.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { networksBody } from '@tributary/contract'
import { parseCidr, ServiceError } from '@tributary/rules'
import { Type } from 'typebox'
import type * as Yaml from 'yaml'
import { compileReader } from './http/validate.ts'
import { isLoopback } from './listeners.ts'
import { nearest } from './nearest.ts'
import { type Setting, variableOf } from './setting.ts'
import { isEncrypted, type Settings, settings, UsageError } from './settings.ts'

const entries = Object.entries(settings) as readonly (readonly [keyof typeof settings, Setting])[]
const names = entries.map(([, { name }]) => name)

/**
 * Reads the settings of one start: a flag wins over the environment, that over the file, that over the default.
 * @param args - what follows `serve`
 * @throws {UsageError} naming the flag, variable or key, and what it must be
 */
export function readSettings(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Settings {
  const flags = readFlags(args)
  const path = flags.get('config') ?? environment[variableOf(settings.config)]
  const file = path === undefined ? new Map<string, unknown>() : readFile(path)
  const values = entries.map(([key, declared]) => {
    const variable = variableOf(declared)
    const [value, place] = flags.has(declared.name)
      ? [flags.get(declared.name), `--${declared.name}`]
      : environment[variable] !== undefined && environment[variable] !== ''
        ? [environment[variable], variable]
        : [file.get(declared.name), `${declared.name} in ${path}`]
    return [key, value === undefined || value === null ? declared.default : readValue(declared, value, place)]
  })
  const networks = readNetworks(file.get('networks'), path)
  return checked(Object.freeze({ ...Object.fromEntries(values), networks }) as Settings)
}

// A queue's range is a /24.
const smallestBlock = 24

/** What no single setting says. */
function checked(settings: Settings): Settings {
  const { databaseUrl, host, insecureListen, queueBlock, tls, tlsCert, tlsKey } = settings
  if (databaseUrl !== undefined) {
    throw new UsageError(
      '--database-url: PostgreSQL for metadata is not offered yet; leave it out and metadata is kept in the data directory',
    )
  }
  const block = queueBlock.includes('/') ? parseCidr(queueBlock) : undefined
  if (block === undefined || block.prefix > smallestBlock) {
    throw new UsageError(`--queue-block "${queueBlock}" must be a block that holds at least one /24, like 10.248.0.0/13`)
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError('--tls-cert and --tls-key go together: name the certificate and its private key, or use --tls generated')
  }
  if (tls !== undefined && tlsCert !== undefined) {
    throw new UsageError('--tls generated makes a certificate and --tls-cert names one: choose one of them')
  }
  if (!isLoopback(host) && !isEncrypted(settings) && !insecureListen) {
    throw new UsageError(
      `--host ${host} is reachable from other machines and would carry passwords in clear: add --tls generated, or --tls-cert and --tls-key, or listen on 127.0.0.1; --insecure-listen where the network is trusted`,
    )
  }
  return settings
}

/** What people set for `tributary` as a client is no mistake of theirs. */
const ofTheCommandLine: ReadonlySet<string> = new Set(['TRIBUTARY_ENDPOINT', 'TRIBUTARY_PROFILE'])

/** Variables that look like ours and are none: most likely misspelled. */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set(entries.map(([, declared]) => variableOf(declared)))
  return Object.keys(environment).filter((name) => name.startsWith('TRIBUTARY_') && !known.has(name) && !ofTheCommandLine.has(name))
}

function readFlags(args: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>()
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string
    const [name, inline] = splitFlag(arg)
    const declared = entries.find(([, candidate]) => candidate.name === name)?.[1]
    if (!arg.startsWith('--') || declared === undefined)
      throw unknown(
        arg.split('=')[0] as string,
        names.map((known) => `--${known}`),
        'flag',
      )
    if (declared.secret)
      throw new UsageError(`--${name} is not a flag, because arguments are seen by others: set ${variableOf(declared)} instead`)
    if (inline !== undefined) flags.set(name, inline)
    else if (declared.schema === undefined || isBoolean(declared)) flags.set(name, 'true')
    else {
      index++
      const value = args[index]
      if (value === undefined || value.startsWith('--')) throw new UsageError(`--${name} needs a value: ${declared.sentence}`)
      flags.set(name, value)
    }
  }
  return flags
}

function splitFlag(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=')
  return at < 0 ? [arg.replace(/^--/, ''), undefined] : [arg.slice(2, at), arg.slice(at + 1)]
}

function isBoolean({ schema }: Setting): boolean {
  return (schema as { type?: string }).type === 'boolean'
}

/** @param show - a word as the message shows it; nearness is judged without what that adds */
function unknown(word: string, known: readonly string[], what: string, show = (shown: string): string => shown): UsageError {
  const meant = nearest(word, known)
  return new UsageError(
    `${show(word)} is not a ${what}${meant === undefined ? '' : `; did you mean ${show(meant)}?`} (tributary serve --help lists them)`,
  )
}

function readFile(path: string): Map<string, unknown> {
  const content = parseFile(path)
  if (content === null || content === undefined) return new Map()
  if (typeof content !== 'object' || Array.isArray(content)) throw new UsageError(`${path} must hold settings by name, like "port: 8080"`)
  const file = new Map(Object.entries(content).map(([key, value]) => [key.replaceAll('_', '-'), value]))
  for (const key of file.keys()) {
    if (key !== 'networks' && !names.includes(key)) throw unknown(key, [...names, 'networks'], 'setting', (name) => `"${name}" in ${path}`)
  }
  return file
}

function parseFile(path: string): unknown {
  // Loaded only for a file: most servers are told everything by flags and variables.
  const { parse, YAMLParseError } = createRequire(import.meta.url)('yaml') as typeof Yaml
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UsageError(`${path} is not YAML: ${error.message}`)
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`)
  }
}

function readValue(declared: Setting, value: unknown, place: string): unknown {
  try {
    const wrapped = Type.Object({ value: declared.schema })
    const text = (declared.schema as { type?: string }).type === 'string' && typeof value === 'number' ? String(value) : value
    return (compileReader(wrapped, { strict: false })({ value: text }) as { value: unknown }).value
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw new UsageError(`${place}: ${error.message.replace(/^value /, '')}. ${declared.sentence}`)
  }
}

function readNetworks(value: unknown, path: string | undefined): Settings['networks'] {
  if (value === undefined || value === null) return undefined
  try {
    return compileReader(networksBody, { strict: true })(value) as Settings['networks']
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw new UsageError(`networks in ${path}: ${error.message}`)
  }
}
