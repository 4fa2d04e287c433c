// Route tables of VPCs: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control, VpcRouteTableView } from '@tributary/control'
import type { Door } from './door.ts'
import { vpcDate } from './envelope.ts'

/** Routes of route tables. */
export function vpcRouteTableRoutes(door: Door, { vpcRouteTables }: Control): void {
  door.on(operations.createRouteTable, async ({ caller, body: { routetable: table } }) => {
    const { name, vpc_id: vpcId, description, routes } = table
    return { routetable: toWire(await vpcRouteTables.create(caller, { name, vpcId, description, routes })) }
  })
  door.on(operations.listRouteTables, async ({ caller, query }) => {
    const { id, vpc_id: vpcId, subnet_id: subnetId, limit, marker } = query
    return { routetables: (await vpcRouteTables.list(caller, { id, vpcId, subnetId, limit, marker })).map(toWire) }
  })
  door.on(operations.getRouteTable, async ({ caller, params }) => ({
    routetable: toWire(await vpcRouteTables.get(caller, params.routetable_id)),
  }))
  door.on(operations.updateRouteTable, async ({ caller, params, body: { routetable: table } }) => {
    const { add, mod: modify, del: remove } = table.routes ?? {}
    const { name, description } = table
    return { routetable: toWire(await vpcRouteTables.update(caller, params.routetable_id, { name, description, add, modify, remove })) }
  })
  door.on(operations.moveSubnets, async ({ caller, params, body: { routetable: table } }) => ({
    routetable: toWire(await vpcRouteTables.move(caller, params.routetable_id, table.subnets)),
  }))
  door.on(operations.deleteRouteTable, async ({ caller, params }) => {
    await vpcRouteTables.remove(caller, params.routetable_id)
    return undefined
  })
}

function toWire({ table, routes, subnetIds }: VpcRouteTableView): ResultOf<typeof operations.getRouteTable>['routetable'] {
  return {
    id: table.id,
    name: table.name,
    description: table.description,
    vpc_id: table.vpcId,
    tenant_id: table.projectId,
    default: table.isDefault,
    routes: routes.map(({ type, destination, nexthop, description }) => ({ type, destination, nexthop, description })),
    subnets: subnetIds.map((id) => ({ id })),
    created_at: vpcDate(table.createdAt),
    updated_at: vpcDate(table.updatedAt),
  }
}
