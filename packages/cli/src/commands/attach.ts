// Attach: one command from the address of a PostgreSQL or MySQL to its tables in SQL.

import {
  type Attachment,
  type AttachmentLogin,
  ensureAuthInfo,
  ensureConnection,
  ensureDatabase,
  ensureNetwork,
  ensureQueue,
  type PasswordSource,
  readLogin,
} from '../attachment.ts'
import { Failure } from '../failure.ts'
import type { Given } from '../given.ts'
import { readSecret } from '../secret.ts'
import { callLine, type MadeCall } from '../caller.ts'
import { openSession, type Session } from '../session.ts'
import { connectionSettles } from '../settled.ts'
import { printJson } from '../show.ts'
import { importTables, type Imported } from '../source-tables.ts'
import { readSourceUrl, type SourceUrl } from '../source-url.ts'
import { counted } from '../table.ts'
import type { Call, Flag, Verb } from '../verb.ts'

const passwordFlag: Flag = {
  name: 'password-from',
  kind: 'secret',
  brief: 'the password at the source; asked for when the auth-info is new',
}
const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/
const privateRange = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/

const attach: Verb = {
  words: 'attach',
  brief: 'Attach a PostgreSQL or MySQL: network, gateway, queue, connection, login, and a table for each of its tables',
  detail: [
    'Everything is made where it is missing, under the one NAME; run it again and it says what is there and adds what is new. A table with a column that cannot be read is skipped, with the reason, and the exit code is then 7. Each call it makes is printed. Gateways are the installation owner’s: others ask the owner for one first.',
  ],
  operations: [
    'listVpcs',
    'createVpc',
    'listSubnets',
    'createSubnet',
    'getGateway',
    'putGateway',
    'listQueues',
    'createQueue',
    'listConnections',
    'createConnection',
    'getConnection',
    'replaceHosts',
    'associateQueue',
    'listAuthInfos',
    'createAuthInfo',
    'updateAuthInfo',
    'listDatabases',
    'createDatabase',
    'listTables',
    'deleteTable',
    'submitJob',
    'getJobStatus',
    'previewJob',
  ],
  positionals: [{ name: 'url', brief: 'postgresql://USER@HOST:PORT/DATABASE or mysql://…, without a password' }],
  flags: [
    { name: 'as', kind: 'text', brief: 'name of all that is made: small letters, digits, _', isRequired: true },
    { name: 'queue', letter: 'q', kind: 'text', brief: 'queue that reads it; NAME unless given' },
    { name: 'schema', kind: 'text', brief: 'schema whose tables are wanted; public, or the database of a MySQL, unless given' },
    {
      name: 'gateway',
      kind: 'text',
      values: ['direct', 'map'],
      brief: 'map where the source is on this machine or has a public address, else direct',
    },
    { name: 'address', kind: 'text', brief: 'IPv4 address of HOST, where that is a name' },
    { name: 'allow-cleartext-passwords', kind: 'switch', brief: 'let the password cross without TLS; over loopback it may' },
    passwordFlag,
    { name: 'timeout', kind: 'number', brief: 'how many seconds to wait for the connection, 600 unless given' },
  ],
  examples: [
    {
      line: 'tributary attach postgresql://tributary@127.0.0.1:5432/shop --as store --password-from env:SHOP_PASSWORD',
      brief: 'A database on this machine; then: tributary sql -q store',
    },
  ],
  async run(call) {
    const { terminal, given } = call
    const isJson = given.isOn('json')
    const say = (line: string): void => (isJson ? terminal.err(`${line}\n`) : terminal.out(`${line}\n`))
    const removals: string[] = []
    const attachment = attachmentOf(call, { tell: (line) => say(`  ${line}`), made: (removal) => removals.unshift(removal) })
    const session = await openSession({ terminal, given, onCall: given.isOn('calls') ? () => {} : callPrinter(say) })
    const login = await readLogin(session, attachment, passwordOf(call, attachment.source))
    const imported = await make(call, session, { attachment, login }).catch((error: unknown) => {
      terminal.err(whatStays(removals))
      throw error
    })
    if (isJson) printJson(terminal, { ...imported, queue: attachment.queue, database: attachment.name })
    else terminal.out(summaryOf(attachment, imported))
    if (imported.failed.length > 0) throw new Failure('partial', `${counted(imported.failed.length, 'table')} could not be attached`)
  },
}

interface Wanted {
  readonly attachment: Attachment
  readonly login: AttachmentLogin
}

/** Makes everything that is missing, in the order in which it hangs together. */
async function make(call: Call, session: Session, { attachment, login }: Wanted): Promise<Imported> {
  const network = await ensureNetwork(session, attachment)
  await ensureQueue(session, attachment)
  await connectionSettles(call, session, await ensureConnection(session, attachment, network))
  await ensureAuthInfo(session, attachment, login)
  await ensureDatabase(session, attachment)
  return importTables({ session, terminal: call.terminal, attachment, schema: call.given.text('schema') ?? schemaOf(attachment.source) })
}

/** Where tables lie unless somebody says so: in MySQL a schema is a database. */
function schemaOf({ kind, database }: SourceUrl): string {
  return kind === 'mysql' ? database : 'public'
}

/** What a failed run leaves, and how it goes away. @param removals - commands, in the order in which they work */
function whatStays(removals: readonly string[]): string {
  if (removals.length === 0) return 'nothing new was made\n'
  const commands = removals.map((removal) => `    tributary ${removal}\n`).join('')
  return `What was made stays. Run it again when that is mended (with --password-from where the password was wrong) and it goes on from there, or remove it:\n${commands}`
}

/** Prints each call; of a wait, which asks the same again and again, the first alone. */
function callPrinter(say: (line: string) => void): (call: MadeCall) => void {
  let last = ''
  return (call) => {
    const isWait = call.path.endsWith('/status') || (call.method === 'GET' && call.path === last)
    last = call.path
    if (!isWait) say(callLine(call))
  }
}

function passwordOf({ terminal, given }: Call, { user }: SourceUrl): PasswordSource {
  const from = given.text(passwordFlag.name)
  const read = () => readSecret(terminal, { what: `password of ${user} at the source`, flag: passwordFlag.name, from })
  return { read, isGiven: from !== undefined }
}

function attachmentOf({ given }: Call, { tell, made }: Pick<Attachment, 'tell' | 'made'>): Attachment {
  const source = readSourceUrl(given.args[0] ?? '')
  const name = given.text('as')
  if (name === undefined) throw new Failure('usage', '--as is missing: the name of all that is made', { next: '--as NAME' })
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(name))
    throw new Failure('usage', `"${name}" will not do for --as: use small letters, digits and _, first a letter`)
  const address = addressOf(source, given)
  const chosen = given.text('gateway') as Attachment['gateway'] | undefined
  return {
    name,
    source,
    queue: given.text('queue') ?? name,
    address,
    gateway: chosen ?? (privateRange.test(address) ? 'direct' : 'map'),
    allowCleartextPasswords: given.isOn('allow-cleartext-passwords'),
    tell,
    made,
  }
}

/** Names are not looked up here: the machine that resolves them is the server's, and it may know others. */
function addressOf({ host }: SourceUrl, given: Given): string {
  const address = given.text('address') ?? (host === 'localhost' ? '127.0.0.1' : host)
  if (ipv4.test(address)) return address
  throw new Failure('usage', `${host} is a name; say its address too`, { next: '--address 10.0.0.5' })
}

function summaryOf({ name, queue }: Attachment, { created, existing, failed }: Imported): string {
  const table = created[0] ?? existing[0]
  return [
    `${counted(created.length, 'table')} created, ${existing.length} there already, ${failed.length} skipped`,
    ...failed.map(({ table: skipped, why }) => `  ${skipped}: ${why}`),
    ...(table === undefined ? [] : [`ask: tributary sql -q ${queue} -e "SELECT * FROM ${name}.${table.toLowerCase()} LIMIT 10"`]),
    '',
  ].join('\n')
}

/** `attach`. */
export const attachVerbs: readonly Verb[] = [attach]
