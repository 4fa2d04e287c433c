// Declared networks and gateways over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

const vpc_id = '22094d8f-c310-4621-913d-4c4d655d8495'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer({ TRIBUTARY_DEFAULT_GATEWAY: 'false' })
})
afterAll(() => server[Symbol.asyncDispose]())

const declared = {
  projects: [{ id: 'other', name: 'other' }],
  vpcs: [{ id: vpc_id, project_id: publishedProject, name: 'prod', cidr: '192.168.0.0/16' }],
  subnets: [{ id: 'subnet-1', vpc_id, name: 'db', cidr: '192.168.0.0/24', gateway_ip: '192.168.0.1' }],
  security_groups: [{ id: 'group-1', project_id: 'other', name: 'db' }],
}

describe('what the owner declares', () => {
  it('networks are declared with given ids, all or nothing', async () => {
    for (let times = 0; times < 2; times++) {
      expect((await server.ask('declareNetworks', { body: declared })).body).toEqual({ is_success: true, message: '' })
    }
    expect((await server.ask('getVpc', { params: { vpc_id } })).body.vpc.name).toBe('prod')
    expect((await server.ask('getSubnet', { params: { subnet_id: 'subnet-1' } })).body.subnet.vpc_id).toBe(vpc_id)
    const group = await server.ask('getSecurityGroup', { params: { project_id: 'other', security_group_id: 'group-1' } })
    expect(group.body.security_group.name).toBe('db')
    const clash = {
      vpcs: [
        { id: 'vpc-new', project_id: 'other', name: 'new', cidr: '10.0.0.0/16' },
        { ...declared.vpcs[0], cidr: '10.0.0.0/8' },
      ],
    }
    const refused = await server.ask('declareNetworks', { body: clash })
    expect([refused.status, refused.body.error_code]).toEqual([409, 'DLI.0006'])
    expect((await server.ask('getVpc', { params: { project_id: 'other', vpc_id: 'vpc-new' } })).status).toBe(404)
    const misspelled = await server.ask('declareNetworks', { body: { vpc: [] } })
    expect([misspelled.status, misspelled.body.error_msg]).toEqual([400, expect.stringContaining('vpc is not a member')])
  })

  it('a gateway is attached, read and removed by the owner', async () => {
    await server.ask('declareNetworks', { body: declared })
    const params = { vpc_id }
    expect((await server.ask('getGateway', { params })).status).toBe(404)
    const body = { kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '192.168.0.1:5432', to: '127.0.0.1:25432' }] }
    const put = await server.ask('putGateway', { params, body })
    expect(put.body).toMatchObject({ is_success: true, message: '', ...body, names: [], version: 1 })
    expect((await server.ask('getGateway', { params })).body).toEqual(put.body)
    expect((await server.ask('putGateway', { params, body: { kind: 'none' } })).body.version).toBe(2)
    expect((await server.ask('putGateway', { params, body: { kind: 'ssh', address: '10.0.0.1' } })).status).toBe(501)
    expect((await server.ask('putGateway', { params, body: { kind: 'map', map: [{ from: 'x', to: 'y' }] } })).status).toBe(400)
    expect((await server.ask('putGateway', { params: { vpc_id: 'none' }, body: { kind: 'none' } })).status).toBe(404)
    expect((await server.ask('deleteGateway', { params })).body).toEqual({ is_success: true, message: '' })
    expect((await server.ask('getGateway', { params })).status).toBe(404)
  })
})
