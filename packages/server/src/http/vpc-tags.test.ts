// Tags of VPCs, subnets and security groups over HTTP.

import type { OperationId } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('tags of the VPC service', () => {
  it('tags of VPCs, subnets and security groups are put, read and taken away', async () => {
    const vpc_id = (await server.ask('createVpc', { body: { vpc: { name: 'v', cidr: '10.71.0.0/16' } } })).body.vpc.id
    const subnet = { name: 's', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1', vpc_id }
    const subnet_id = (await server.ask('createSubnet', { body: { subnet } })).body.subnet.id
    const security_group_id = (await server.ask('createSecurityGroupV3', { body: { security_group: { name: 'g' } } })).body.security_group
      .id
    const of = async (list: () => Promise<unknown>, change: (body: unknown) => ReturnType<SampleServer['ask']>) => {
      const tags = [
        { key: 'team', value: 'a' },
        { key: 'stage', value: 'test' },
      ]
      expect(await list()).toEqual([])
      expect((await change({ action: 'create', tags })).status).toBe(204)
      expect((await change({ action: 'create', tags: [{ key: 'team', value: 'b' }] })).status).toBe(204)
      expect(await list()).toEqual([tags[1], { key: 'team', value: 'b' }])
      expect((await change({ action: 'delete', tags: [{ key: 'team' }, { key: 'none' }] })).status).toBe(204)
      expect(await list()).toEqual(tags.slice(1))
      expect((await change({ action: 'replace', tags })).status).toBe(400)
      const many = Array.from({ length: 20 }, (_, index) => ({ key: `k${index}`, value: '' }))
      expect((await change({ action: 'create', tags: many })).status).toBe(400)
      expect((await change({ action: 'create', tags: many.slice(1) })).status).toBe(204)
      expect(await list()).toHaveLength(20)
    }
    const read = async (asked: ReturnType<SampleServer['ask']>) => (await asked).body.tags
    const vpc = { vpc_id }
    await of(
      () => read(server.ask('listVpcTags', { params: vpc })),
      (body) => server.ask('changeVpcTags', { params: vpc, body }),
    )
    await of(
      () => read(server.ask('listSubnetTags', { params: { subnet_id } })),
      (body) => server.ask('changeSubnetTags', { params: { subnet_id }, body }),
    )
    await of(
      () => read(server.ask('listSecurityGroupTags', { params: { security_group_id } })),
      (body) => server.ask('changeSecurityGroupTags', { params: { security_group_id }, body }),
    )
    expect((await server.ask('getVpcV3', { params: vpc })).body.vpc.tags).toHaveLength(20)
  })

  it.each<[OperationId, OperationId, string]>([
    ['listVpcTags', 'changeVpcTags', 'VPC.0105'],
    ['listSubnetTags', 'changeSubnetTags', 'VPC.0202'],
    ['listSecurityGroupTags', 'changeSecurityGroupTags', 'VPC.0603'],
  ])('%s and %s of what is not there answer 404 %s', async (list, change, code) => {
    expect(await server.ask(list)).toMatchObject({ status: 404, body: { code } })
    expect(await server.ask(change, { body: { action: 'create', tags: [] } })).toMatchObject({ status: 404, body: { code } })
  })
})
