// Route tables of VPCs: what a caller may do with them, and the routes that come by themselves: local ones and peerings.

import {
  type Caller,
  changeRouteTable,
  checkRemoveRouteTable,
  checkRouteTableDraft,
  noRouteTable,
  type RouteTableId,
  ServiceError,
  type SubnetId,
  type VpcId,
  type VpcPeering,
  type VpcRoute,
  type VpcRouteTable,
  type VpcRouteTableChanges,
  type VpcRouteTableDraft,
  say,
} from '@tributary/rules'
import type { Repositories, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { getSubnet } from './subnets.ts'
import { getVpc, type MarkerListing, pageOf } from './vpcs.ts'

/** A table with every route it shows, and the subnets that are in it. */
export interface VpcRouteTableView {
  readonly table: VpcRouteTable
  /** Local ones first, then the user's, then those of peerings. */
  readonly routes: readonly VpcRoute[]
  readonly subnetIds: readonly SubnetId[]
}

/** Which tables a list shows: of one VPC, and the one that a subnet is in. */
export interface VpcRouteTableListing extends MarkerListing {
  readonly vpcId?: string | undefined
  readonly subnetId?: string | undefined
}

/** Subnets that join a table, and subnets that go back to the default one. */
export interface SubnetMoves {
  readonly associate?: readonly string[] | undefined
  readonly disassociate?: readonly string[] | undefined
}

/** The use cases of route tables. */
export function vpcRouteTables(deps: Deps) {
  return { ...reads(deps), ...lives(deps), ...changes(deps) }
}

function reads({ store }: Deps) {
  return {
    /** By id. @throws {ServiceError} `invalid` */
    async list(caller: Caller, listing: VpcRouteTableListing): Promise<readonly VpcRouteTableView[]> {
      const page = pageOf(listing)
      const id = listing.subnetId === undefined ? page.id : await findTableOf(store, caller, listing.subnetId)
      if (listing.subnetId !== undefined && (id === undefined || (page.id !== undefined && page.id !== id))) return []
      return viewAll(store, await store.vpcRouteTables.list(caller.project, { ...page, id, vpcId: listing.vpcId }))
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<VpcRouteTableView> {
      return view(store, await getRouteTable(store, caller, id))
    },
  }
}

function lives({ store, clock, newId }: Deps) {
  return {
    /** @throws {ServiceError} `notFound` VPC, `invalid`, `conflict` for a destination twice, `exhausted` */
    async create(caller: Caller, draft: VpcRouteTableDraft): Promise<VpcRouteTableView> {
      const parts = checkRouteTableDraft(draft)
      return store.transaction(async (tx) => {
        const { id: vpcId } = await getVpc(tx, caller.project, draft.vpcId)
        const now = clock()
        const id = newId() as RouteTableId
        const table = { ...parts, id, projectId: caller.project, vpcId, isDefault: false, createdAt: now, updatedAt: now }
        await tx.vpcRouteTables.insert(table)
        return view(tx, table)
      })
    },

    /** @throws {ServiceError} `notFound`, `conflict` for a default table or while subnets are in it */
    async remove(caller: Caller, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const table = await getRouteTable(tx, caller, id)
        const joined = [...(await tx.vpcRouteTables.listJoined(table.vpcId)).values()].filter((other) => other === table.id)
        checkRemoveRouteTable(table, joined.length)
        await tx.vpcRouteTables.remove(table.id)
      })
    },
  }
}

function changes({ store, clock }: Deps) {
  return {
    /** All or nothing. @throws {ServiceError} `notFound` table or route, `invalid`, `conflict` for a destination that is there, `exhausted` */
    async update(caller: Caller, id: string, wanted: VpcRouteTableChanges): Promise<VpcRouteTableView> {
      return store.transaction(async (tx) => {
        const table = { ...changeRouteTable(await getRouteTable(tx, caller, id), wanted), updatedAt: clock() }
        await tx.vpcRouteTables.update(table)
        return view(tx, table)
      })
    },

    /** Moves subnets; one that is where it should be is fine. @throws {ServiceError} `notFound` table or subnet, `invalid` for another VPC's subnet */
    async move(caller: Caller, id: string, { associate = [], disassociate = [] }: SubnetMoves): Promise<VpcRouteTableView> {
      return store.transaction(async (tx) => {
        const table = await getRouteTable(tx, caller, id)
        const joined = await tx.vpcRouteTables.listJoined(table.vpcId)
        for (const subnetId of disassociate) {
          const { id: leaving } = await getSubnetOf(tx, caller, table, subnetId)
          if (joined.get(leaving) === table.id) await tx.vpcRouteTables.leave(leaving)
        }
        for (const subnetId of associate) {
          const { id: joining } = await getSubnetOf(tx, caller, table, subnetId)
          await (table.isDefault ? tx.vpcRouteTables.leave(joining) : tx.vpcRouteTables.join(joining, table.id))
        }
        return view(tx, table)
      })
    },
  }
}

async function getRouteTable(from: Pick<Transaction, 'vpcRouteTables'>, caller: Caller, id: string): Promise<VpcRouteTable> {
  const found = await from.vpcRouteTables.find(caller.project, id)
  if (found === undefined) throw noRouteTable(id)
  return found
}

async function getSubnetOf(tx: Transaction, caller: Caller, table: VpcRouteTable, id: string) {
  const subnet = await getSubnet(tx, caller, id)
  if (subnet.vpcId === table.vpcId) return subnet
  throw new ServiceError('invalid', say`subnet ${id} is not one of VPC ${table.vpcId}, whose table this is: name one of its own`, {
    subject: { kind: 'routeTable', name: table.id },
  })
}

async function findTableOf(from: Repositories, caller: Caller, subnetId: string): Promise<string | undefined> {
  const subnet = await from.subnets.find(caller.project, subnetId)
  if (subnet === undefined) return undefined
  const joined = (await from.vpcRouteTables.listJoined(subnet.vpcId)).get(subnet.id)
  return joined ?? (await from.vpcRouteTables.listOf(subnet.vpcId)).find(({ isDefault }) => isDefault)?.id
}

async function view(from: Repositories, table: VpcRouteTable): Promise<VpcRouteTableView> {
  const [only] = await viewAll(from, [table])
  return only as VpcRouteTableView
}

async function viewAll(from: Repositories, tables: readonly VpcRouteTable[]): Promise<readonly VpcRouteTableView[]> {
  const surroundings = new Map<VpcId, Awaited<ReturnType<typeof surroundingsOf>>>()
  const views: VpcRouteTableView[] = []
  for (const table of tables) {
    const around = surroundings.get(table.vpcId) ?? (await surroundingsOf(from, table))
    surroundings.set(table.vpcId, around)
    const own = around.subnets.filter(({ id }) => isIn(table, around.joined.get(id)))
    const peered = around.peerings.filter(({ routeTableId }) => isIn(table, around.ids.has(routeTableId) ? routeTableId : undefined))
    const local = around.subnets.map(({ cidr }) => ({ type: 'local', destination: cidr, nexthop: '-', description: '' }))
    views.push({ table, routes: [...local, ...table.routes, ...peered.map(routeOf)], subnetIds: own.map(({ id }) => id) })
  }
  return views
}

async function surroundingsOf(from: Repositories, { projectId, vpcId }: VpcRouteTable) {
  return {
    subnets: await from.subnets.list(projectId, { vpcId, limit: 10_000 }),
    joined: await from.vpcRouteTables.listJoined(vpcId),
    peerings: await from.vpcPeerings.listActive(projectId, vpcId),
    ids: new Set<string | undefined>((await from.vpcRouteTables.listOf(vpcId)).map(({ id }) => id)),
  }
}

/** What has joined no other table of the VPC is in the default one. */
function isIn(table: VpcRouteTable, joined: RouteTableId | undefined): boolean {
  return joined === undefined ? table.isDefault : joined === table.id
}

function routeOf({ id, name, sourceCidr }: VpcPeering): VpcRoute {
  return { type: 'peering', destination: sourceCidr, nexthop: id, description: `datasource connection ${name}` }
}
