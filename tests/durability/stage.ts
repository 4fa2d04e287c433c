// The ground under all writers: what stories lean on and never change, and a source that takes connections and never answers.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { Chance } from '../compat/fuzz/random.ts'
import { sampleAccount, type TributaryServer } from '../servers/tributary.ts'
import { silentTable } from './stories-catalog.ts'
import { type Ground, type Sent, type Target, Writer } from './writer.ts'
import type { OperationId } from '@tributary/contract'

/** Listens on a port of 127.0.0.1, takes what comes and says nothing. */
export async function silentSource(): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { readonly port: number }).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Signs in as the administrator. */
export async function signIn(endpoint: string): Promise<string> {
  const { adminUser, adminPassword, domainName, projectId } = sampleAccount
  const user = { name: adminUser, password: adminPassword, domain: { name: domainName } }
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } }
  const response = await fetch(`${endpoint}/v3/auth/tokens`, { method: 'POST', body: JSON.stringify({ auth }) })
  const token = response.headers.get('x-subject-token')
  if (token === null) throw new Error(`no token: ${response.status} ${await response.text()}`)
  return token
}

/** Makes what must be there. @returns where writers write, and what they lean on */
export async function setStage(server: TributaryServer, silentPort: number): Promise<{ target: Target; ground: Ground }> {
  const target = { endpoint: server.endpoint, token: await signIn(server.endpoint) }
  const ids = { vpcId: 'vpc-kept', subnetId: 'subnet-kept', securityGroupId: 'group-kept' }
  const ground: Ground = { ...ids, domainId: '', userName: 'spare', silentPort }
  const writer = new Writer({ name: 'stage', target, ground, chance: new Chance(1) })
  const ask = async (id: OperationId, sent: Sent) => {
    const { status, body } = await writer.call(id, sent)
    if (status >= 300) throw new Error(`${id} answered ${status}: ${JSON.stringify(body)}`)
    return body
  }
  const { projectId: project_id, adminPassword } = sampleAccount
  await ask('declareNetworks', {
    body: {
      vpcs: [{ id: ids.vpcId, project_id, name: 'kept', cidr: '10.71.0.0/16' }],
      subnets: [{ id: ids.subnetId, vpc_id: ids.vpcId, name: 'kept', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1' }],
      security_groups: [{ id: ids.securityGroupId, project_id, name: 'kept' }],
    },
  })
  const map = [{ from: `10.71.0.9:${silentPort}`, to: `127.0.0.1:${silentPort}` }]
  await ask('putGateway', { params: { vpc_id: ids.vpcId }, body: { kind: 'map', ranges: ['127.0.0.1/32'], map } })
  await ask('createUser', { body: { user: { name: ground.userName, password: adminPassword } } })
  await ask('createQueue', { body: { queue_name: 'kept', cu_count: 16, resource_mode: 1 } })
  const connection = { name: 'kept', dest_vpc_id: ids.vpcId, dest_network_id: ids.subnetId, queues: ['kept'] }
  await ask('createConnection', { body: connection })
  await ask('createDatabase', { body: { database_name: 'kept' } })
  await ask('submitJob', { body: { sql: silentTable(writer), queue_name: 'kept' } })
  const { domains } = await ask('listDomains', {})
  return { target, ground: { ...ground, domainId: domains[0].id } }
}
