// Subnets: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { ServiceError, type Subnet, say } from '@tributary/rules'
import type { Door } from './door.ts'
import { starredTags, vpcDate } from './envelope.ts'

/** Routes of subnets. */
export function subnetRoutes(door: Door, control: Control): void {
  door.on(operations.createSubnet, async ({ caller, body: { subnet } }) => {
    const { primary_dns, secondary_dns, ipv6_enable = false } = subnet
    refuseIpv6(ipv6_enable)
    const created = await control.subnets.create(caller, {
      vpcId: subnet.vpc_id,
      name: subnet.name,
      cidr: subnet.cidr,
      gatewayIp: subnet.gateway_ip,
      description: subnet.description,
      dhcpEnable: subnet.dhcp_enable,
      dnsList: subnet.dnsList ?? [primary_dns, secondary_dns].filter((dns): dns is string => dns !== undefined && dns !== ''),
      dhcpOptions: dhcpOptionsOf(subnet.extra_dhcp_opts),
      availabilityZone: subnet.availability_zone,
      tags: starredTags(subnet.tags),
    })
    return { subnet: toWire(created) }
  })
  door.on(operations.listSubnets, async ({ caller, params, query: { id, vpc_id, limit, marker } }) => ({
    subnets: (await control.subnets.list(caller, { id, vpcId: params.vpc_id ?? vpc_id, limit, marker })).map(toWire),
  }))
  door.on(operations.getSubnet, async ({ caller, params }) => ({ subnet: toWire(await control.subnets.get(caller, params.subnet_id)) }))
  door.on(operations.updateSubnet, async ({ caller, params, body: { subnet } }) => {
    refuseIpv6(subnet.ipv6_enable ?? false)
    const { id } = await control.subnets.update(caller, params.vpc_id, params.subnet_id, {
      name: subnet.name,
      description: subnet.description,
      dhcpEnable: subnet.dhcp_enable,
      dnsList: subnet.dnsList,
      primaryDns: subnet.primary_dns,
      secondaryDns: subnet.secondary_dns,
      dhcpOptions: dhcpOptionsOf(subnet.extra_dhcp_opts),
    })
    return { subnet: { id, status: 'ACTIVE' } }
  })
  door.on(operations.deleteSubnet, async ({ caller, params }) => {
    await control.subnets.remove(caller, params.vpc_id, params.subnet_id)
    return undefined
  })
}

function refuseIpv6(isAsked: boolean): void {
  if (!isAsked) return
  const subject = { kind: 'subnet', name: '' } as const
  throw new ServiceError('invalid', say`ipv6_enable is true, but subnets are IPv4 here: leave it out`, { subject })
}

function dhcpOptionsOf(options: readonly { readonly opt_name: string; readonly opt_value?: string }[] | undefined) {
  return options?.map(({ opt_name: name, opt_value: value }) => ({ name, value }))
}

function toWire(subnet: Subnet): ResultOf<typeof operations.getSubnet>['subnet'] {
  return {
    id: subnet.id,
    name: subnet.name,
    description: subnet.description,
    cidr: subnet.cidr,
    gateway_ip: subnet.gatewayIp,
    vpc_id: subnet.vpcId,
    status: 'ACTIVE',
    dhcp_enable: subnet.dhcpEnable,
    ipv6_enable: false,
    primary_dns: subnet.dnsList[0] ?? '',
    secondary_dns: subnet.dnsList[1] ?? '',
    dnsList: [...subnet.dnsList],
    availability_zone: subnet.availabilityZone,
    scope: 'center',
    neutron_network_id: subnet.id,
    neutron_subnet_id: subnet.neutronSubnetId,
    extra_dhcp_opts: subnet.dhcpOptions.map(({ name, value }) => ({ opt_name: name, opt_value: value })),
    tenant_id: subnet.projectId,
    created_at: vpcDate(subnet.createdAt),
    updated_at: vpcDate(subnet.updatedAt),
  }
}
