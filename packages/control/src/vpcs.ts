// VPCs: what a caller may do with them, and what a new one comes with: a route table, and on a laptop a gateway.

import {
  type Caller,
  changeVpc,
  checkGateway,
  checkRemoveNetworkPart,
  checkTags,
  checkVpcDraft,
  checkVpcName,
  defaultRouteTableName,
  extendVpc,
  noNetworkPart,
  privateRanges,
  type RouteTableId,
  ServiceError,
  shrinkVpc,
  type Tag,
  type TagDraft,
  type Vpc,
  type VpcChanges,
  type VpcDraft,
  type VpcId,
  say,
} from '@tributary/rules'
import type { MarkerPage, Repositories, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'

/** Which VPCs, subnets or groups a list shows: behind `marker`, the id of the last one seen. */
export interface MarkerListing {
  readonly id?: string | undefined
  readonly limit?: number | undefined
  readonly marker?: string | undefined
}

/** Which VPCs a list shows: those that match one value of each member that is there, exactly. */
export interface VpcListing extends MarkerListing {
  readonly ids?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  readonly descriptions?: readonly string[] | undefined
  readonly cidrs?: readonly string[] | undefined
}

/** A VPC with its tags. */
export interface VpcView {
  readonly vpc: Vpc
  readonly tags: readonly Tag[]
}

const mostListed = 2000
/** The limit of a list that has none. */
export const everything = Number.MAX_SAFE_INTEGER

/** The use cases of VPCs. */
export function vpcs(deps: Deps) {
  return { ...lives(deps), ...changes(deps), ...reads(deps) }
}

function lives(deps: Deps) {
  const { store, clock, newId } = deps
  return {
    /** @throws {ServiceError} `invalid`, also for a name that another VPC has */
    async create(caller: Caller, draft: VpcDraft & { readonly tags?: readonly TagDraft[] | undefined }): Promise<Vpc> {
      const now = clock()
      const vpc: Vpc = { ...checkVpcDraft(draft), id: newId() as VpcId, projectId: caller.project, createdAt: now, updatedAt: now }
      const tags = checkTags(draft.tags ?? [])
      await store.transaction(async (tx) => {
        checkVpcName(vpc.name, await tx.vpcs.findByName(caller.project, vpc.name, vpc.id))
        await insertVpc(deps, tx, vpc)
        await tx.tags.put({ projectId: caller.project, kind: 'vpc', id: vpc.id }, tags)
      })
      return vpc
    },

    /** @throws {ServiceError} `notFound`, `conflict` while it has subnets or custom routes, or a live connection names it */
    async remove(caller: Caller, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const vpc = await getVpc(tx, caller.project, id)
        const subnets = await tx.subnets.list(caller.project, { vpcId: id, limit: mostListed })
        const routed = (await tx.vpcRouteTables.listOf(vpc.id)).some(({ isDefault, routes }) => !isDefault || routes.length > 0)
        checkRemoveNetworkPart('vpc', id, await tx.connections.countUsing(caller.project, { vpcId: vpc.id }), subnets.length, routed)
        await tx.tags.removeAll(vpc.id)
        await tx.vpcs.remove(vpc.id)
      })
    },
  }
}

function changes({ store, clock }: Deps) {
  const change = async (caller: Caller, id: string, changed: (vpc: Vpc, tx: Transaction) => Promise<Vpc>) =>
    store.transaction(async (tx) => {
      const vpc = { ...(await changed(await getVpc(tx, caller.project, id), tx)), updatedAt: clock() }
      await tx.vpcs.update(vpc)
      return vpc
    })
  const subnetsOf = async (tx: Transaction, vpc: Vpc) => tx.subnets.list(vpc.projectId, { vpcId: vpc.id, limit: 10_000 })
  return {
    /** @throws {ServiceError} `notFound`, `invalid`: wrong values, a name that another VPC has, or a range that no longer holds its subnets */
    async update(caller: Caller, id: string, wanted: VpcChanges): Promise<Vpc> {
      return change(caller, id, async (vpc, tx) => {
        const { name = '' } = wanted
        if (name !== vpc.name) checkVpcName(name, await tx.vpcs.findByName(caller.project, name, vpc.id))
        return changeVpc(vpc, wanted, await subnetsOf(tx, vpc))
      })
    },

    /** Adds ranges; one that is there already is fine. @throws {ServiceError} `notFound`, `invalid` */
    async extend(caller: Caller, id: string, cidrs: readonly string[]): Promise<VpcView> {
      return viewOf(store, await change(caller, id, async (vpc) => extendVpc(vpc, cidrs)))
    },

    /** Takes ranges away; one that is not there is fine. @throws {ServiceError} `notFound`, `invalid` while a subnet lies in one */
    async shrink(caller: Caller, id: string, cidrs: readonly string[]): Promise<VpcView> {
      return viewOf(store, await change(caller, id, async (vpc, tx) => shrinkVpc(vpc, cidrs, await subnetsOf(tx, vpc))))
    },
  }
}

function reads({ store }: Deps) {
  return {
    /** By id; without a limit all of them. @throws {ServiceError} `invalid` */
    async list(caller: Caller, listing: VpcListing): Promise<readonly Vpc[]> {
      return store.vpcs.list(caller.project, { ...listing, ...pageOf(listing, everything) })
    },

    /** The same with tags. @throws {ServiceError} `invalid` */
    async listViews(caller: Caller, listing: VpcListing): Promise<readonly VpcView[]> {
      const found = await store.vpcs.list(caller.project, { ...listing, ...pageOf(listing) })
      const tags = await store.tags.listOf(found.map(({ id }) => id))
      return found.map((vpc) => ({ vpc, tags: tags.get(vpc.id) ?? [] }))
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<Vpc> {
      return getVpc(store, caller.project, id)
    },

    /** The same with tags. @throws {ServiceError} `notFound` */
    async getView(caller: Caller, id: string): Promise<VpcView> {
      return viewOf(store, await getVpc(store, caller.project, id))
    },
  }
}

async function viewOf(store: Pick<Repositories, 'tags'>, vpc: Vpc): Promise<VpcView> {
  return { vpc, tags: await store.tags.list(vpc.id) }
}

/** Writes a VPC with its default route table, and with `direct` for the private ranges where that is the installation's default and it has one project. */
export async function insertVpc({ settings, newId }: Pick<Deps, 'settings' | 'newId'>, tx: Transaction, vpc: Vpc): Promise<void> {
  await tx.vpcs.insert(vpc)
  const { id: vpcId, projectId, createdAt, updatedAt } = vpc
  const table = { name: defaultRouteTableName(vpc.name), description: '', isDefault: true, routes: [] }
  await tx.vpcRouteTables.insert({ ...table, id: newId() as RouteTableId, projectId, vpcId, createdAt, updatedAt })
  if (!settings.defaultGateway || (await tx.projects.count()) !== 1) return
  const gateway = checkGateway({ kind: 'direct', ranges: privateRanges })
  await tx.gateways.put(vpc.projectId, vpc.id, { ...gateway, version: 1 }, vpc.createdAt)
}

/** @throws {ServiceError} `notFound` */
export async function getVpc(from: Pick<Transaction, 'vpcs'>, projectId: Vpc['projectId'], id: string): Promise<Vpc> {
  const found = await from.vpcs.find(projectId, id)
  if (found === undefined) throw noNetworkPart('vpc', id)
  return found
}

/**
 * A page of a list, 2,000 at most where a limit is given.
 * @param usual - how many without one. Clients of the oldest lists send neither limit nor marker and take what comes for all there is:
 * `everything` for those
 * @throws {ServiceError} `invalid`
 */
export function pageOf({ id, limit, marker }: MarkerListing, usual = mostListed): MarkerPage {
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 0 || limit > mostListed))
    throw new ServiceError('invalid', say`limit is a whole number from 0 to ${mostListed}`)
  return { id, limit: limit ?? usual, marker }
}
