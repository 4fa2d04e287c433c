// Subnets on the wire; `id` is the network id that connections name.

import { Type } from 'typebox'
import { inProject, members } from './envelope.ts'
import { operation } from './operation.ts'
import { markerQuery, starredTags } from './vpcs.ts'

const base = '/v1/{project_id}/subnets'
const witness = 'a VPC, its subnet and a security group are created, read and deleted as published'

const changed = 'a subnet is changed and keeps every member that Terraform reads back'

const dhcpOptions = Type.Array(
  Type.Object({
    opt_name: Type.String({ description: 'ntp, addresstime, ipv6_addresstime or domainname' }),
    opt_value: Type.Optional(Type.String({ description: 'without it the option goes' })),
  }),
  { description: 'kept and shown' },
)

const subnet = members({
  id: Type.String({ description: 'the network id: what dest_network_id and network_id name' }),
  name: Type.String(),
  description: Type.String(),
  cidr: Type.String(),
  gateway_ip: Type.String(),
  vpc_id: Type.String(),
  status: Type.String({ description: 'ACTIVE' }),
  dhcp_enable: Type.Boolean(),
  ipv6_enable: Type.Boolean(),
  primary_dns: Type.String(),
  secondary_dns: Type.String(),
  dnsList: Type.Array(Type.String()),
  availability_zone: Type.String({ description: 'as it was sent' }),
  scope: Type.String({ description: 'center' }),
  neutron_network_id: Type.String({ description: 'the same as id' }),
  neutron_subnet_id: Type.String({ description: 'another id; wrong where a network id is asked for' }),
  extra_dhcp_opts: Type.Array(members({ opt_name: Type.String(), opt_value: Type.String() })),
  tenant_id: Type.String(),
  created_at: Type.String({ description: 'like 2022-12-15T02:25:11' }),
  updated_at: Type.String(),
})

/** `POST /v1/{project_id}/subnets` */
const createSubnet = operation({
  id: 'createSubnet',
  noun: 'subnets',
  method: 'POST',
  path: base,
  summary: 'Create a subnet of a VPC.',
  action: 'vpc:subnets:create',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object(inProject),
  body: Type.Object({
    subnet: Type.Object({
      name: Type.String(),
      cidr: Type.String({ description: 'inside the VPC’s, overlapping no other subnet' }),
      gateway_ip: Type.String({ description: 'inside cidr' }),
      vpc_id: Type.String(),
      description: Type.Optional(Type.String()),
      dhcp_enable: Type.Optional(Type.Boolean({ description: 'default true' })),
      ipv6_enable: Type.Optional(Type.Boolean({ description: 'only false: subnets are IPv4 here' })),
      primary_dns: Type.Optional(Type.String()),
      secondary_dns: Type.Optional(Type.String()),
      dnsList: Type.Optional(Type.Array(Type.String())),
      availability_zone: Type.Optional(Type.String()),
      extra_dhcp_opts: Type.Optional(dhcpOptions),
      tags: Type.Optional(starredTags),
    }),
  }),
  response: { status: 200, schema: members({ subnet }) },
  fidelity: { state: 'partial', note: 'IPv4; DHCP options and zones are kept and shown', witness },
})

/** `GET /v1/{project_id}/subnets` */
const listSubnets = operation({
  id: 'listSubnets',
  noun: 'subnets',
  method: 'GET',
  path: [base, '/v1/{project_id}/vpcs/{vpc_id}/subnets'],
  summary: 'List subnets, of one VPC or of all.',
  action: 'vpc:subnets:list',
  needs: 'reader',
  family: 'vpc',
  params: Type.Object({ ...inProject, vpc_id: Type.Optional(Type.String({ description: 'in the second form of the path' })) }),
  query: Type.Object({ ...markerQuery, vpc_id: Type.Optional(Type.String()) }),
  response: { status: 200, schema: members({ subnets: Type.Array(subnet) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v1/{project_id}/subnets/{subnet_id}` */
const getSubnet = operation({
  id: 'getSubnet',
  noun: 'subnets',
  method: 'GET',
  path: `${base}/{subnet_id}`,
  summary: 'Read a subnet.',
  action: 'vpc:subnets:get',
  needs: 'reader',
  family: 'vpc',
  params: Type.Object({ ...inProject, subnet_id: Type.String() }),
  response: { status: 200, schema: members({ subnet }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v1/{project_id}/vpcs/{vpc_id}/subnets/{subnet_id}` */
const updateSubnet = operation({
  id: 'updateSubnet',
  noun: 'subnets',
  method: 'PUT',
  path: '/v1/{project_id}/vpcs/{vpc_id}/subnets/{subnet_id}',
  summary: 'Change a subnet’s name, description, name servers and DHCP options.',
  action: 'vpc:subnets:update',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object({ ...inProject, vpc_id: Type.String(), subnet_id: Type.String() }),
  body: Type.Object({
    subnet: Type.Object({
      name: Type.Optional(Type.String()),
      description: Type.Optional(Type.String()),
      dhcp_enable: Type.Optional(Type.Boolean()),
      ipv6_enable: Type.Optional(Type.Boolean({ description: 'only false: subnets are IPv4 here' })),
      primary_dns: Type.Optional(Type.String()),
      secondary_dns: Type.Optional(Type.String()),
      dnsList: Type.Optional(Type.Array(Type.String(), { description: 'wins over primary_dns and secondary_dns' })),
      extra_dhcp_opts: Type.Optional(dhcpOptions),
    }),
  }),
  response: { status: 200, schema: members({ subnet: members({ id: Type.String(), status: Type.String({ description: 'ACTIVE' }) }) }) },
  fidelity: { state: 'partial', note: 'IPv4', witness: changed },
})

/** `DELETE /v1/{project_id}/vpcs/{vpc_id}/subnets/{subnet_id}` */
const deleteSubnet = operation({
  id: 'deleteSubnet',
  noun: 'subnets',
  method: 'DELETE',
  path: '/v1/{project_id}/vpcs/{vpc_id}/subnets/{subnet_id}',
  summary: 'Delete a subnet; one that a live connection names answers 409.',
  action: 'vpc:subnets:delete',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object({ ...inProject, vpc_id: Type.String(), subnet_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of subnets, by id. */
export const subnetOperations = { createSubnet, listSubnets, getSubnet, updateSubnet, deleteSubnet }
