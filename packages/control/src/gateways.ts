// Gateways: attached to VPCs by the installation owner.

import {
  checkGateway,
  checkOwner,
  type Gateway,
  type GatewayDraft,
  type Identity,
  type ProjectId,
  ServiceError,
  say,
} from '@tributary/rules'
import { enter } from './access.ts'
import type { Deps } from './deps.ts'
import { settleGround } from './settling.ts'
import { getVpc } from './vpcs.ts'

/** The use cases of gateways. */
export function gateways(deps: Deps) {
  const { store, clock } = deps
  return {
    /** Attaches a gateway in place of an earlier one; waits a moment for what stands on it. @throws {ServiceError} `forbidden`, `notFound` VPC, `invalid`, `unsupported` */
    async put(identity: Identity, projectId: string, vpcId: string, draft: GatewayDraft): Promise<Gateway> {
      checkOwner(identity)
      const checked = checkGateway(draft)
      const { vpc, gateway } = await store.transaction(async (tx) => {
        const found = await getVpc(tx, projectId as ProjectId, vpcId)
        const before = await tx.gateways.find(found.projectId, found.id)
        const after = { ...checked, version: (before?.version ?? 0) + 1 }
        if (before !== undefined && isSame(before, after)) return { vpc: found, gateway: before }
        await tx.gateways.put(found.projectId, found.id, after, clock())
        return { vpc: found, gateway: after }
      })
      await settleGround(deps, vpc.projectId, { vpcId: vpc.id })
      return gateway
    },

    /** For the owner and for administrators of the project. @throws {ServiceError} `forbidden`, `notFound` VPC or gateway */
    async get(identity: Identity, projectId: string, vpcId: string): Promise<Gateway> {
      if (!identity.user.isOwner) await enter(store, identity, projectId, 'admin')
      const vpc = await getVpc(store, projectId as ProjectId, vpcId)
      const gateway = await store.gateways.find(vpc.projectId, vpc.id)
      if (gateway === undefined) {
        throw new ServiceError('notFound', say`no gateway is attached to VPC ${vpcId}`, { subject: { kind: 'gateway', name: vpcId } })
      }
      return gateway
    },

    /** When this answers, the paths through it are cut. One that is not there is fine. @throws {ServiceError} `forbidden`, `notFound` VPC */
    async remove(identity: Identity, projectId: string, vpcId: string): Promise<void> {
      checkOwner(identity)
      const vpc = await store.transaction(async (tx) => {
        const found = await getVpc(tx, projectId as ProjectId, vpcId)
        await tx.gateways.remove(found.projectId, found.id)
        return found
      })
      await settleGround(deps, vpc.projectId, { vpcId: vpc.id })
    },
  }
}

function isSame(one: Gateway, other: Gateway): boolean {
  const text = ({ kind, ranges, map, names, dns, allowCleartextPasswords }: Gateway) =>
    JSON.stringify([
      kind,
      ranges,
      map.map(({ from, to }) => [from, to]),
      names.map(({ name, ip }) => [name, ip]),
      dns,
      allowCleartextPasswords,
    ])
  return text(one) === text(other)
}
