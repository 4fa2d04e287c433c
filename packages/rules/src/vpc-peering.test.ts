// Peerings in the words of the VPC service.

import { describe, expect, it } from 'vitest'
import { noVpcPeering, vpcPeeringStatus } from './vpc-peering.ts'

describe('a peering seen from the VPC', () => {
  it.each([
    ['CREATING', 'PENDING_ACCEPTANCE'],
    ['ACTIVE', 'ACTIVE'],
    ['FAILED', 'REJECTED'],
  ] as const)('that is %s is shown as %s', (state, status) => {
    expect(vpcPeeringStatus(state)).toBe(status)
  })

  it('that is not there is missed by the first 64 characters of its id', () => {
    const name = 'x'.repeat(64)
    expect(noVpcPeering(`${name}y`)).toMatchObject({
      kind: 'notFound',
      message: `Query resource by id ${name} fail.the peering could not be found.`,
      details: { subject: { kind: 'peering', name } },
    })
  })
})
