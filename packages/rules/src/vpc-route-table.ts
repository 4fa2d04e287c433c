// Route tables of VPCs: one default per VPC, further ones that subnets may join, and the routes that users keep in them.

import { ServiceError } from './errors.ts'
import type { ProjectId, RouteTableId, VpcId } from './ids.ts'
import { formatCidr, parseCidr } from './ipv4.ts'
import { say, type Text } from './text.ts'

/** A route of a table; `nexthop` is an id, an address, or `-` for local ones. */
export interface VpcRoute {
  readonly type: string
  readonly destination: string
  readonly nexthop: string
  readonly description: string
}

/** A route table; `routes` are those that users keep, at most 200. */
export interface VpcRouteTable {
  readonly id: RouteTableId
  readonly projectId: ProjectId
  readonly vpcId: VpcId
  readonly name: string
  readonly description: string
  /** The table of every subnet of the VPC that has joined no other. */
  readonly isDefault: boolean
  readonly routes: readonly VpcRoute[]
  /** ms since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** A route as a caller asks for it. */
export interface VpcRouteDraft {
  readonly type: string
  readonly destination: string
  readonly nexthop: string
  readonly description?: string | undefined
}

/** A table as a caller asks for it. */
export interface VpcRouteTableDraft {
  readonly vpcId: string
  readonly name: string
  readonly description?: string | undefined
  readonly routes?: readonly VpcRouteDraft[] | undefined
}

/** What may change about a table; absent members stay as they are. */
export interface VpcRouteTableChanges {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly add?: readonly VpcRouteDraft[] | undefined
  readonly modify?: readonly VpcRouteDraft[] | undefined
  /** By destination. */
  readonly remove?: readonly Pick<VpcRouteDraft, 'destination'>[] | undefined
}

/** The parts of a table that its user sets. */
export type VpcRouteTableParts = Pick<VpcRouteTable, 'name' | 'description' | 'routes'>

const mostRoutes = 200
const types = ['ecs', 'eni', 'vip', 'nat', 'peering', 'vpn', 'dc', 'cc', 'egw', 'er', 'subeni', 'global']

/** The name of the table that a VPC is made with, at most 64 characters. */
export function defaultRouteTableName(vpcName: string): string {
  return `rtb-${vpcName}`.slice(0, 64)
}

/** Checks a table. @throws {ServiceError} `invalid`, `exhausted` beyond 200 routes */
export function checkRouteTableDraft({ name, description = '', routes = [] }: VpcRouteTableDraft): VpcRouteTableParts {
  return changeRouteTable({ name: '', description: '', routes: [] }, { name, description, add: routes })
}

/**
 * The parts of a table after changes: first routes go, then some change, then new ones come.
 * @throws {ServiceError} `invalid`, `conflict` for a destination that is there already, `notFound` for one that is not, `exhausted` beyond 200 routes
 */
export function changeRouteTable<Parts extends VpcRouteTableParts>(table: Parts, changes: VpcRouteTableChanges): Parts {
  const { name = table.name, description = table.description, add = [], modify = [], remove = [] } = changes
  if (!/^[\p{L}\p{N}_.-]{1,64}$/u.test(name)) throw invalid(say`name has 1 to 64 letters, digits, _ . and -`)
  checkDescription(description)
  const routes = new Map(table.routes.map((route) => [route.destination, route]))
  for (const { destination } of remove) {
    if (!routes.delete(rangeOf(destination))) throw noRoute(destination)
  }
  for (const draft of modify) {
    const route = checkRoute(draft)
    if (!routes.has(route.destination)) throw noRoute(draft.destination)
    routes.set(route.destination, route)
  }
  for (const draft of add) {
    const route = checkRoute(draft)
    if (routes.has(route.destination)) {
      throw new ServiceError('conflict', say`the table has a route to ${route.destination} already: change it with mod`, { subject: none })
    }
    routes.set(route.destination, route)
  }
  if (routes.size > mostRoutes) throw new ServiceError('exhausted', say`a route table has at most ${mostRoutes} routes`, { subject: none })
  return { ...table, name, description, routes: [...routes.values()] }
}

/** @throws {ServiceError} `conflict` for the default table, or while subnets are in it */
export function checkRemoveRouteTable({ id, isDefault, vpcId }: VpcRouteTable, subnets: number): void {
  const subject = { kind: 'routeTable', name: id } as const
  if (isDefault)
    throw new ServiceError('conflict', say`route table ${id} is the default one of VPC ${vpcId}: it goes with the VPC`, { subject })
  if (subnets === 0) return
  throw new ServiceError('conflict', say`route table ${id} still has subnets (${subnets}): disassociate them first`, { subject })
}

/** The error of a table that is not there. */
export function noRouteTable(id: string): ServiceError {
  const name = id.slice(0, 64)
  return new ServiceError('notFound', say`Query resource by id ${name} fail.the route table could not be found.`, {
    subject: { kind: 'routeTable', name },
  })
}

const none = { kind: 'routeTable', name: '' } as const

function checkRoute({ type, destination, nexthop, description = '' }: VpcRouteDraft): VpcRoute {
  if (!types.includes(type)) throw invalid(say`the type of a route is one of ${types.join(', ')}; local ones come by themselves`)
  if (!/^[\w.:/-]{1,64}$/.test(nexthop)) throw invalid(say`the nexthop of a route is an id or an address of 1 to 64 characters`)
  checkDescription(description)
  return { type, destination: rangeOf(destination), nexthop, description }
}

function checkDescription(description: string): void {
  if (description.length > 255 || /[<>]/.test(description)) throw invalid(say`description has at most 255 characters, none of them < or >`)
}

function rangeOf(destination: string): string {
  const block = destination.includes('/') ? parseCidr(destination) : undefined
  if (block === undefined) throw invalid(say`the destination "${destination.slice(0, 64)}" is not a range: write it like 10.71.0.0/24`)
  return formatCidr(block)
}

function noRoute(destination: string): ServiceError {
  return new ServiceError('notFound', say`the table has no route to ${destination.slice(0, 64)}`, { subject: none })
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message, { subject: none })
}
