// Subnets: what a caller may do with them.

import {
  type Caller,
  changeSubnet,
  checkRemoveNetworkPart,
  checkSubnetDraft,
  checkSubnetOf,
  checkTags,
  noNetworkPart,
  type Subnet,
  type SubnetChanges,
  type SubnetDraft,
  type SubnetId,
  type TagDraft,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { everything, getVpc, type MarkerListing, pageOf } from './vpcs.ts'

/** The use cases of subnets. */
export function subnets(deps: Deps) {
  const { store, clock, newId } = deps
  return {
    /** It joins the default route table of its VPC. @throws {ServiceError} `notFound` VPC, `invalid` */
    async create(caller: Caller, draft: SubnetDraft & { readonly tags?: readonly TagDraft[] | undefined }): Promise<Subnet> {
      const tags = checkTags(draft.tags ?? [])
      return store.transaction(async (tx) => {
        const vpc = await getVpc(tx, caller.project, draft.vpcId)
        const others = await tx.subnets.list(caller.project, { vpcId: vpc.id, limit: 10_000 })
        const now = clock()
        const subnet: Subnet = {
          ...checkSubnetDraft(draft, vpc, others),
          id: newId() as SubnetId,
          projectId: caller.project,
          vpcId: vpc.id,
          neutronSubnetId: newId(),
          createdAt: now,
          updatedAt: now,
        }
        await tx.subnets.insert(subnet)
        await tx.tags.put({ projectId: caller.project, kind: 'subnet', id: subnet.id }, tags)
        return subnet
      })
    },

    /** By id; of one VPC where `vpcId` is given; without a limit all of them. @throws {ServiceError} `invalid` */
    async list(caller: Caller, listing: MarkerListing & { readonly vpcId?: string | undefined }): Promise<readonly Subnet[]> {
      return store.subnets.list(caller.project, { ...pageOf(listing, everything), vpcId: listing.vpcId })
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<Subnet> {
      return getSubnet(store, caller, id)
    },

    /** @throws {ServiceError} `notFound`, `invalid` also when it is another VPC's */
    async update(caller: Caller, vpcId: string, id: string, changes: SubnetChanges): Promise<Subnet> {
      return store.transaction(async (tx) => {
        const subnet = await getSubnet(tx, caller, id)
        checkSubnetOf(subnet, vpcId)
        const changed = { ...changeSubnet(subnet, changes), updatedAt: clock() }
        await tx.subnets.update(changed)
        return changed
      })
    },

    /** @throws {ServiceError} `notFound`, `invalid` when it is another VPC's, `conflict` while a live connection names it */
    async remove(caller: Caller, vpcId: string, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const subnet = await getSubnet(tx, caller, id)
        checkSubnetOf(subnet, vpcId)
        const classic = await tx.classicConnections.listUsing(caller.project, { subnetId: subnet.id })
        checkRemoveNetworkPart('subnet', id, classic.length + (await tx.connections.countUsing(caller.project, { subnetId: subnet.id })))
        await tx.tags.removeAll(subnet.id)
        await tx.subnets.remove(subnet.id)
      })
    },
  }
}

/** @throws {ServiceError} `notFound` */
export async function getSubnet(from: Pick<Transaction, 'subnets'>, caller: Pick<Caller, 'project'>, id: string): Promise<Subnet> {
  const found = await from.subnets.find(caller.project, id)
  if (found === undefined) throw noNetworkPart('subnet', id)
  return found
}
