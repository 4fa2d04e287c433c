// Classic connections: relays to named addresses of one service.

import { operationVerb } from '../operation-verb.ts'
import { classicConnectionSettles, waitFlags } from '../settled.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `classic-connection`. */
export const classicConnectionVerbs: readonly Verb[] = [
  operationVerb('createClassicConnection', {
    positionals: ['name'],
    flags: {
      security_group_id: { name: 'group', brief: 'security group of the data source, by name or id' },
      network_id: { name: 'subnet', brief: 'its subnet, by name or id' },
      url: { brief: 'host:port; several with commas between them' },
      cluster_name: { name: 'queue' },
    },
    moreFlags: waitFlags,
    moreOperations: ['getClassicConnection'],
    after: (call, session, { answer }) => classicConnectionSettles(call, session, String(answer['connection_id'])),
    said: ({ body }, { connection_id: id }) => `classic connection ${String(body['name'])} created: ${String(id)}`,
    examples: [
      {
        line: 'tributary classic-connection create orders --service rds --group databases --subnet shop-net --url 10.71.0.5:5432 --queue analytics',
        brief: 'Its connection url, which SQL uses, is in the list:',
      },
    ],
  }),
  operationVerb('listClassicConnections', {
    columns: [
      column('name'),
      column('state'),
      column('service'),
      column('destination'),
      column('connection_url', 'url for SQL'),
      column('queue_list', 'queues'),
    ],
    examples: [{ line: 'tributary classic-connection list', brief: 'All of the project, deleted ones while they are remembered:' }],
  }),
  operationVerb('getClassicConnection', { examples: [{ line: 'tributary classic-connection get orders', brief: 'By name or id:' }] }),
  operationVerb('associateClassicQueue', {
    positionals: ['queues'],
    moreFlags: waitFlags,
    moreOperations: ['getClassicConnection'],
    after: (call, session, { input }) => classicConnectionSettles(call, session, String(input.params['connection_id'])),
    said: () => 'bound',
    examples: [{ line: 'tributary classic-connection bind orders spare', brief: 'One queue more:' }],
  }),
  operationVerb('disassociateClassicQueue', {
    positionals: ['queues'],
    said: () => 'unbound',
    examples: [{ line: 'tributary classic-connection unbind orders spare', brief: 'Cut one queue off:' }],
  }),
  operationVerb('reactivateClassicConnection', {
    moreFlags: waitFlags,
    moreOperations: ['getClassicConnection'],
    after: (call, session, { input }) => classicConnectionSettles(call, session, String(input.params['connection_id'])),
    said: () => 'active',
    examples: [{ line: 'tributary classic-connection reactivate orders', brief: 'Try again what is FAILED:' }],
  }),
  operationVerb('deleteClassicConnection', {
    said: () => 'classic connection deleted',
    examples: [{ line: 'tributary classic-connection delete old', brief: 'Its sockets are closed:' }],
  }),
]
