// Tags of VPCs, subnets and security groups: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control, TaggedPart } from '@tributary/control'
import type { Caller, TagDraft } from '@tributary/rules'
import type { Door } from './door.ts'

/** Routes of tags of the VPC service. */
export function vpcTagRoutes(door: Door, { vpcTags }: Control): void {
  const list = async (caller: Caller, kind: TaggedPart['kind'], id: string) => ({ tags: [...(await vpcTags.list(caller, { kind, id }))] })
  const change = async (caller: Caller, kind: TaggedPart['kind'], id: string, body: { action: string; tags: readonly TagDraft[] }) => {
    await vpcTags.change(caller, { kind, id }, body.action, body.tags)
    return undefined
  }
  door.on(operations.listVpcTags, async ({ caller, params }) => list(caller, 'vpc', params.vpc_id))
  door.on(operations.changeVpcTags, async ({ caller, params, body }) => change(caller, 'vpc', params.vpc_id, body))
  door.on(operations.listSubnetTags, async ({ caller, params }) => list(caller, 'subnet', params.subnet_id))
  door.on(operations.changeSubnetTags, async ({ caller, params, body }) => change(caller, 'subnet', params.subnet_id, body))
  door.on(operations.listSecurityGroupTags, async ({ caller, params }) => list(caller, 'securityGroup', params.security_group_id))
  door.on(operations.changeSecurityGroupTags, async ({ caller, params, body }) =>
    change(caller, 'securityGroup', params.security_group_id, body),
  )
}
