// Every setting of the server, declared once, and what the values of one start are.

import type { networksBody } from '@tributary/contract'
import { type Static, type TSchema, Type } from 'typebox'
import { engineSettings } from './engine-settings.ts'
import { limitSettings } from './limit-settings.ts'
import { setting } from './setting.ts'
import { sourceSettings } from './source-settings.ts'

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
  ...sourceSettings,
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

/** Whether callers speak TLS to this server. */
export function isEncrypted({ tls, tlsCert }: Pick<Settings, 'tls' | 'tlsCert'>): boolean {
  return tls !== undefined || tlsCert !== undefined
}
