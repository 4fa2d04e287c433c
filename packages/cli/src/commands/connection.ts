// Enhanced connections: promises that queues reach one subnet, with host records and routes.

import { resolve } from 'node:path'
import { type ConnectionState, printConnectionState } from '../connection-state.ts'
import { Failure } from '../failure.ts'
import { readHostsFile } from '../hosts-file.ts'
import { operationVerb } from '../operation-verb.ts'
import { idOf, warnOfUnknown } from '../references.ts'
import { connectionSettles, type Peering, waitFlags } from '../settled.ts'
import { type Column, column, printJson } from '../show.ts'
import { textOfFile } from '../values.ts'
import type { Verb } from '../verb.ts'

const places = {
  dest_vpc_id: { name: 'vpc', brief: 'VPC of the data source, by name or id' },
  dest_network_id: { name: 'subnet', brief: 'its subnet, by name or id' },
  elastic_resource_pools: { name: 'pools', brief: 'pools to bind' },
}
const hosts = { brief: 'names that queues know: NAME=ADDRESS' }

/** `analytics ACTIVE, other FAILED` */
const peerings: Column = {
  title: 'bound',
  of: (row) =>
    [...((row['available_queue_info'] ?? []) as readonly Peering[]), ...((row['elastic_resource_pools'] ?? []) as readonly Peering[])].map(
      ({ name, status }) => `${name} ${status}`,
    ),
}

const importHosts: Verb = {
  words: 'connection import-hosts',
  brief: 'Add the host records of a file in the form of /etc/hosts; with --replace they become all there are',
  detail: [
    'Lines are ADDRESS NAME [NAME...]; # begins a comment. Lines of IPv6 and of this machine (127.0.0.0/8) are passed over. One wrong line, and nothing is sent: each is reported with its place.',
  ],
  operations: ['getConnection', 'replaceHosts', 'listConnections'],
  positionals: [
    { name: 'connection', brief: 'name or id' },
    { name: 'file', brief: 'path, or - for standard input' },
  ],
  flags: [{ name: 'replace', kind: 'switch', brief: 'drop the records that are not in the file' }],
  examples: [
    { line: 'tributary connection import-hosts shop hosts', brief: 'Add those of a file named hosts:' },
    { line: 'tributary connection import-hosts shop hosts --replace', brief: 'Keep these alone:' },
  ],
  async run({ terminal, given, session }) {
    const [connection = '', file = ''] = given.args
    const text = file === '-' ? await textOfStream(terminal.stdin) : textOfFile(resolve(terminal.cwd, file))
    const { records, passedOver } = readHostsFile(file, text)
    const { client, projectId } = await session()
    const params = { project_id: projectId, connection_id: await idOf(await session(), 'connection', connection) }
    const existing = given.isOn('replace') ? [] : (await client.getConnection({ params })).hosts
    const isThere = (record: { readonly name: string; readonly ip: string }): boolean =>
      existing.some(({ name, ip }) => name?.toLowerCase() === record.name.toLowerCase() && ip === record.ip)
    const fresh = records.filter((record) => !isThere(record))
    const all = [...existing, ...fresh]
    if (fresh.length > 0 || given.isOn('replace')) await client.replaceHosts({ params, body: { hosts: all } })
    if (given.isOn('json'))
      return printJson(terminal, { added: fresh.length, known: records.length - fresh.length, total: all.length, passed_over: passedOver })
    const known = given.isOn('replace') ? '' : `, known already: ${records.length - fresh.length}`
    terminal.out(`host records added: ${fresh.length}${known}, in all: ${all.length}, lines passed over: ${passedOver}\n`)
  },
}

async function textOfStream(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

/** Verbs of `connection`. */
export const connectionVerbs: readonly Verb[] = [
  operationVerb('createConnection', {
    positionals: ['name'],
    flags: { ...places, queues: { brief: 'queues to bind' }, hosts },
    moreFlags: waitFlags,
    moreOperations: ['getConnection', 'listVpcs', 'listSubnets'],
    before: async ({ terminal }, session, { body }) => {
      const meanwhile = 'the connection has no path until it exists'
      await warnOfUnknown(session, terminal, { kind: 'VPC', id: body['dest_vpc_id'], meanwhile })
      await warnOfUnknown(session, terminal, { kind: 'subnet', id: body['dest_network_id'], meanwhile })
    },
    after: (call, session, { answer }) => connectionSettles(call, session, String(answer['connection_id'])),
    said: ({ body }, { connection_id: id }) => `connection ${String(body['name'])} created: ${String(id)}`,
    examples: [
      {
        line: 'tributary connection create shop --vpc shop --subnet shop-net --queues analytics --hosts shop-db=10.71.0.5',
        brief: 'Waits until the queue has its path, and says why if it gets none:',
      },
    ],
  }),
  operationVerb('listConnections', {
    flags: { status: { values: ['ACTIVE', 'DELETED'] } },
    columns: [
      column('name'),
      column('id'),
      column('status'),
      peerings,
      { title: 'hosts', of: ({ hosts: list }) => (list as readonly unknown[]).length },
    ],
    examples: [{ line: 'tributary connection list', brief: 'All of the project:' }],
  }),
  operationVerb('getConnection', {
    examples: [{ line: 'tributary connection get shop', brief: 'With its paths, host records and routes:' }],
  }),
  operationVerb('associateQueue', {
    brief: 'Bind queues to a connection, and wait until their paths are there',
    positionals: ['queues'],
    flags: places,
    moreFlags: waitFlags,
    moreOperations: ['getConnection'],
    after: (call, session, { input }) => connectionSettles(call, session, String(input.params['connection_id'])),
    said: () => 'bound',
    examples: [{ line: 'tributary connection bind shop spare', brief: 'One queue more:' }],
  }),
  operationVerb('disassociateQueue', {
    brief: 'Unbind queues from a connection: open sockets are closed at once',
    positionals: ['queues'],
    flags: places,
    said: () => 'unbound',
    examples: [{ line: 'tributary connection unbind shop spare', brief: 'Cut one queue off:' }],
  }),
  operationVerb('listPeerings', {
    detail: ['Below it: jobs that wait to read over the connection, and what is not tried for now because it failed again and again.'],
    show: ({ terminal }, answer) => printConnectionState(terminal, answer as ConnectionState),
    examples: [{ line: 'tributary connection peerings shop', brief: 'How each path stands and what goes over it:' }],
  }),
  importHosts,
  operationVerb('replaceHosts', {
    flags: { hosts },
    said: () => 'host records replaced',
    examples: [{ line: 'tributary connection replace-hosts shop --hosts shop-db=10.71.0.5', brief: 'These and no others:' }],
  }),
  operationVerb('createRoute', {
    positionals: ['name'],
    said: ({ body }) => `route ${String(body['name'])} added`,
    examples: [{ line: 'tributary connection add-route shop far --cidr 10.75.0.0/24', brief: 'A range behind the subnet:' }],
  }),
  operationVerb('deleteRoute', {
    said: ({ params }) => `route ${String(params['name'])} removed`,
    examples: [{ line: 'tributary connection remove-route shop far', brief: 'No more:' }],
  }),
  operationVerb('checkConnection', {
    brief: 'Say what would come of a create, with every fault at once; changes nothing',
    positionals: ['name'],
    flags: { ...places, queues: { brief: 'queues to bind' }, hosts },
    verdict: ({ ok }) => (ok === true ? undefined : new Failure('failed', 'this connection would not work')),
    examples: [{ line: 'tributary connection check billing --vpc shop --subnet shop-net --queues analytics', brief: 'Before it exists:' }],
  }),
  operationVerb('deleteConnection', {
    said: () => 'connection deleted',
    examples: [{ line: 'tributary connection delete old', brief: 'Its paths are cut:' }],
  }),
]
