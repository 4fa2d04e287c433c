// Gateways: how packets of one VPC really travel. The installation owner's.

import { operationVerb } from '../operation-verb.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `gateway`. */
export const gatewayVerbs: readonly Verb[] = [
  operationVerb('putGateway', {
    brief: 'Attach the gateway of a VPC, or replace it; connections through it settle again',
    detail: [
      'A VPC carries traffic only through a gateway: direct dials addresses as they are, map leads them to other addresses, for instance to a database on this machine. Only addresses inside --ranges are finally dialled.',
    ],
    flags: { kind: { values: ['none', 'direct', 'map'] } },
    said: ({ body }, { version }) => `gateway ${String(body['kind'])} attached (version ${String(version)})`,
    examples: [
      {
        line: 'tributary gateway attach shop --kind map --map 10.71.0.5:5432=127.0.0.1:5432 --ranges 127.0.0.1/32',
        brief: 'Play a database of the network with one on this machine:',
      },
    ],
  }),
  operationVerb('getGateway', { examples: [{ line: 'tributary gateway get shop', brief: 'How a VPC is reached:' }] }),
  operationVerb('deleteGateway', {
    brief: 'Remove the gateway of a VPC; connections through it turn FAILED',
    said: () => 'gateway removed',
    examples: [{ line: 'tributary gateway remove old-net-vpc', brief: 'Cut a network off:' }],
  }),
]
