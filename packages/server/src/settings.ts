// Every setting of the server, declared once; read from flags, the environment and a file, checked, frozen, handed down.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { networksBody } from '@tributary/contract'
import { parseCidr, ServiceError } from '@tributary/rules'
import { type Static, type TSchema, Type } from 'typebox'
import type * as Yaml from 'yaml'
import { compileReader } from './http/validate.ts'
import { engineSettings } from './engine-settings.ts'
import { limitSettings } from './limit-settings.ts'
import { isLoopback } from './listeners.ts'
import { nearest } from './nearest.ts'
import { type Setting, setting, variableOf } from './setting.ts'

const port = Type.Integer({ minimum: 0, maximum: 65535 })
const duration = Type.Integer({ minimum: 0 })

/** All settings, by the name under which the code knows them. */
export const settings = {
  host: setting({ name: 'host', schema: Type.String(), default: '127.0.0.1', group: 'serve', sentence: 'Address to listen on.' }),
  port: setting({ name: 'port', schema: port, default: 8080, group: 'serve', sentence: 'Port to listen on; 0 picks a free one.' }),
  dataDir: setting({
    name: 'data-dir',
    schema: Type.String(),
    default: './data',
    group: 'serve',
    sentence: 'Directory of everything that is kept; one server at a time uses it.',
  }),
  databaseUrl: setting({
    name: 'database-url',
    schema: Type.String(),
    group: 'serve',
    sentence:
      'Metadata database; use the variable where it holds a password. Not set: SQLite in the data directory, the only kind that is offered yet.',
  }),
  config: setting({
    name: 'config',
    schema: Type.String(),
    group: 'serve',
    sentence: 'YAML file with settings by name, and `networks:` to declare at start.',
  }),
  logLevel: setting({
    name: 'log-level',
    schema: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    group: 'serve',
    sentence: 'Least important log lines to write: trace, debug, info, warn, error, fatal, or silent for none.',
  }),
  insecureListen: setting({
    name: 'insecure-listen',
    schema: Type.Boolean(),
    default: false,
    group: 'serve',
    sentence: 'Allow a non-loopback address without TLS: tokens, passwords and rows cross the network in clear.',
  }),
  tls: setting({
    name: 'tls',
    schema: Type.Enum(['generated']),
    group: 'serve',
    sentence:
      'generated: serve HTTPS under a certificate made here, signed by an authority kept in the data directory; the ready line names the file that clients must trust.',
  }),
  tlsCert: setting({
    name: 'tls-cert',
    schema: Type.String(),
    group: 'serve',
    sentence: 'Serve HTTPS under this certificate, a PEM file with its chain; read again when it changes and on SIGHUP. Needs --tls-key.',
  }),
  tlsKey: setting({
    name: 'tls-key',
    schema: Type.String(),
    group: 'serve',
    sentence: 'PEM file with the private key of --tls-cert.',
  }),
  drainTimeoutSeconds: setting({
    name: 'drain-timeout',
    schema: duration,
    unit: 'seconds',
    default: 30,
    group: 'serve',
    sentence: 'How long running jobs may go on after SIGTERM before they are FAILED.',
  }),
  timing: setting({
    name: 'timing',
    schema: Type.Enum(['instant', 'cloud']),
    default: 'instant',
    group: 'serve',
    sentence:
      'instant: calls wait up to a second for what they changed to settle; cloud: they answer before, and a new queue is made in 6 to 10 minutes, as published: its jobs wait, and what binds it is CREATING.',
  }),
  allowClock: setting({
    name: 'allow-clock',
    schema: Type.Boolean(),
    default: false,
    group: 'serve',
    sentence: 'Let the installation owner set the clock of timing and scheduled plans ahead, by PUT /tributary/v1/clock.',
  }),
  defaultGateway: setting({
    name: 'default-gateway',
    schema: Type.Boolean(),
    group: 'serve',
    sentence: 'Attach a `direct` gateway for the private ranges to each new VPC. Not set: only while listening on loopback.',
  }),
  domainName: setting({
    name: 'domain-name',
    schema: Type.String(),
    default: 'tributary',
    group: 'first start',
    sentence: 'Name of the first account.',
  }),
  adminUser: setting({
    name: 'admin-user',
    schema: Type.String(),
    default: 'admin',
    group: 'first start',
    sentence: 'Name of its administrator.',
  }),
  adminPassword: setting({
    name: 'admin-password',
    schema: Type.String(),
    group: 'first start',
    secret: true,
    sentence: 'Password of the administrator. Not set: generated, and written to credentials.json.',
  }),
  projectName: setting({
    name: 'project-name',
    schema: Type.String(),
    default: 'local',
    group: 'first start',
    sentence: 'Name of the first project.',
  }),
  projectId: setting({
    name: 'project-id',
    schema: Type.String(),
    group: 'first start',
    sentence: 'Id of the first project. Not set: generated.',
  }),
  accessKey: setting({
    name: 'access-key',
    schema: Type.String(),
    group: 'first start',
    sentence: 'The administrator’s access key. Not set: generated.',
  }),
  secretKey: setting({
    name: 'secret-key',
    schema: Type.String(),
    group: 'first start',
    secret: true,
    sentence: 'Its secret key. Not set: generated, and written to credentials.json.',
  }),
  sealingKey: setting({
    name: 'sealing-key',
    schema: Type.String(),
    group: 'serve',
    secret: true,
    sentence:
      'Key under which stored secrets are sealed, 32 bytes in base64 or hex. Not set: the file sealing.key in the data directory, made at first start.',
  }),
  ...limitSettings,
  tokenTtlSeconds: setting({
    name: 'token-ttl',
    schema: duration,
    unit: 'seconds',
    default: 86_400,
    group: 'tuning',
    sentence: 'How long a token is valid.',
  }),
  tombstoneSeconds: setting({
    name: 'tombstone',
    schema: duration,
    unit: 'seconds',
    default: 604_800,
    group: 'tuning',
    sentence: 'How long a deleted connection still reads as DELETED.',
  }),
  resultTtlSeconds: setting({
    name: 'result-ttl',
    schema: duration,
    unit: 'seconds',
    default: 86_400,
    group: 'tuning',
    sentence: 'How long the result of a finished query can be read.',
  }),
  exportDir: setting({
    name: 'export-dir',
    schema: Type.String(),
    group: 'serve',
    sentence: 'Where exports go: obs://bucket/folder is the folder bucket/folder in it. Not set: exports in the data directory.',
  }),
  exportGibibytes: setting({
    name: 'export-size',
    schema: Type.Integer({ minimum: 0 }),
    unit: 'GiB',
    group: 'tuning',
    sentence:
      'What all that lies in the export directory may take; an export that does not fit fails with that reason. Not set: what the disk has.',
  }),
  importDir: setting({
    name: 'import-dir',
    schema: Type.String(),
    group: 'serve',
    sentence:
      'Where imports come from: obs://bucket/path of a project is the file or folder <project id>/bucket/path in it. Not set: imports in the data directory.',
  }),
  jobDays: setting({
    name: 'job-days',
    schema: Type.Integer({ minimum: 1, maximum: 36_500 }),
    unit: 'days',
    default: 60,
    group: 'tuning',
    sentence: 'How long a job that has ended is listed and can be read; then it is forgotten, and the audit says how many were.',
  }),
  warehouseGibibytes: setting({
    name: 'warehouse-size',
    schema: Type.Integer({ minimum: 0 }),
    unit: 'GiB',
    group: 'tuning',
    sentence:
      'What the managed tables of all projects may take together; each project has its quota TABLE_MIB besides. Not set: what the disk has.',
  }),
  oldVersionsSeconds: setting({
    name: 'old-versions',
    schema: duration,
    unit: 'seconds',
    default: 600,
    group: 'tuning',
    sentence:
      'How long files of managed tables are kept that the newest version does not need; jobs that read them already keep them anyway.',
  }),
  auditDays: setting({
    name: 'audit-days',
    schema: Type.Integer({ minimum: 1 }),
    unit: 'days',
    default: 365,
    group: 'tuning',
    sentence: 'How long the database keeps the audit; the files audit.jsonl beside it go by their size.',
  }),
  ...engineSettings,
  queueBlock: setting({
    name: 'queue-block',
    schema: Type.String(),
    default: '10.248.0.0/13',
    group: 'tuning',
    sentence: 'Block of addresses from which queues get their /24.',
  }),
  sweepSeconds: setting({
    name: 'sweep',
    schema: Type.Integer({ minimum: 1 }),
    unit: 'seconds',
    default: 30,
    group: 'tuning',
    sentence: 'How often every resource is looked at, woken or not.',
  }),
} as const

type Declared = typeof settings
type ValueOf<S> = S extends { readonly schema: infer Schema extends TSchema }
  ? Static<Schema> | (S extends { readonly default: unknown } ? never : undefined)
  : never

/** The values of one start, frozen, and the networks that its file declares. */
export type Settings = { readonly [Key in keyof Declared]: ValueOf<Declared[Key]> } & {
  readonly networks: Static<typeof networksBody> | undefined
}

/** A start that cannot be: the message says what to change. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const entries = Object.entries(settings) as readonly (readonly [keyof Declared, Setting])[]
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

/** What no single setting says. */
// A queue's range is a /24.
const smallestBlock = 24

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

/** Whether callers speak TLS to this server. */
export function isEncrypted({ tls, tlsCert }: Pick<Settings, 'tls' | 'tlsCert'>): boolean {
  return tls !== undefined || tlsCert !== undefined
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
