// A tenant who aims everything there is at what is not theirs: loopback, link-local, metadata, this server, the owner's databases. Nothing arrives.

import { once } from 'node:events'
import { type AddressInfo, connect as dial, createServer, type Socket } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import type { OperationId } from '@tributary/contract'
import { publishedProject, type Received, type SampleServer, type Sent, sampleServer } from '../sample-server.ts'

/** A listener that nobody was told of. */
interface Trap {
  readonly port: number
  connections: number
  bytes: number
}

/** An editor with a queue `q`, on a server of their own: whoever asks too often waits, and a lone project gets a gateway by itself. */
interface Tenant {
  readonly server: SampleServer
  /** Where that server listens. */
  readonly serverPort: number
  /** Calls an operation as them. */
  readonly ask: (id: OperationId, sent?: Sent) => Promise<Received>
}

const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

async function openTenant(): Promise<Tenant> {
  const server = stack.use(await sampleServer())
  const as = { token: (await samplePerson(server, 'tess', 'editor')).token }
  const tenant: Tenant = { server, serverPort: Number(new URL(server.url).port), ask: (id, sent) => server.ask(id, { as, ...sent }) }
  expectOk(await tenant.ask('createQueue', { body: { queue_name: 'q', cu_count: 16, resource_mode: 1 } }))
  return tenant
}

function expectOk({ status, body, text }: Received) {
  if (status >= 300) throw new Error(text)
  return body
}

async function setTrap(): Promise<Trap> {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    trap.connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => void (trap.bytes += chunk.length))
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const trap: Trap = { port: (listener.address() as AddressInfo).port, connections: 0, bytes: 0 }
  stack.defer(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return trap
}

/** What shows that a trap is one: whoever may dial it is counted. */
async function stepInto(trap: Trap): Promise<void> {
  const before = { connections: trap.connections, bytes: trap.bytes }
  const socket = dial(trap.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.end('hello')
  await expect.poll(() => [trap.connections - before.connections, trap.bytes - before.bytes]).toEqual([1, 5])
}

/** `UNREACHABLE stopped at route: …` */
async function test({ ask }: Tenant, address: string): Promise<string> {
  const body = expectOk(await ask('createConnectionTest', { params: { queue_name: 'q' }, body: { address } }))
  const params = { queue_name: 'q', task_id: String(body.task_id) }
  const read = async () => (await ask('getConnectionTest', { params })).body
  await expect.poll(async () => (await read()).connectivity, { timeout: 20_000 }).not.toBe('')
  const { connectivity, message } = await read()
  return `${connectivity} ${message.split(`${body.task_id}: `)[1] ?? ''}`
}

async function examine({ ask }: Tenant, address: string): Promise<{ readonly reachable: boolean; readonly last: string }> {
  const { reachable, rungs } = expectOk(
    await ask('examineQueue', { params: { queue_name: 'q' }, body: { address, protocol: 'postgresql' } }),
  )
  return { reachable, last: rungs.at(-1).name }
}

interface Bound {
  readonly vpc: string
  readonly subnet: string
  readonly hosts?: readonly { readonly name: string; readonly ip: string }[]
}

async function connect({ ask }: Tenant, { vpc, subnet, hosts = [] }: Bound): Promise<string> {
  const body = { name: 'aimed', dest_vpc_id: vpc, dest_network_id: subnet, queues: ['q'], hosts }
  const { connection_id } = expectOk(await ask('createConnection', { body }))
  for (const [index, cidr] of ['127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0', '10.0.0.0/8'].entries()) {
    const added = await ask('createRoute', { params: { connection_id }, body: { name: `r${index}`, cidr } })
    expect([200, 400]).toContain(added.status)
  }
  return connection_id as string
}

/** All that a tenant can open towards themselves: a VPC of every address that is taken, a connection with names for loopback, relays to each url. */
async function aimEverything(
  tenant: Tenant,
  trap: Trap,
): Promise<{ readonly relays: readonly string[]; readonly addresses: readonly string[] }> {
  const { ask, serverPort } = tenant
  for (const cidr of ['127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0', '100.64.0.0/10']) {
    expect((await ask('createVpc', { body: { vpc: { name: 'aim', cidr } } })).status).toBe(400)
  }
  const gateway = { kind: 'direct', ranges: ['0.0.0.0/0'] }
  const { vpc } = expectOk(await ask('createVpc', { body: { vpc: { name: 'own', cidr: '10.0.0.0/8' } } }))
  expect((await ask('putGateway', { params: { vpc_id: vpc.id }, body: gateway })).status).toBe(403)
  expect((await ask('declareNetworks', { body: {} })).status).toBe(403)
  const draft = { name: 'own', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1', vpc_id: vpc.id }
  const { subnet } = expectOk(await ask('createSubnet', { body: { subnet: draft } }))
  const hosts = [
    { name: 'loop', ip: '127.0.0.1' },
    { name: 'loop.other', ip: '127.9.9.9' },
    { name: 'this', ip: '0.0.0.0' },
    { name: 'meta', ip: '169.254.169.254' },
    { name: 'localhost', ip: '127.0.0.1' },
  ]
  const connection_id = await connect(tenant, { vpc: vpc.id, subnet: subnet.id, hosts })
  const read = async () => (await ask('getConnection', { params: { connection_id } })).body.available_queue_info[0].status
  expect(await read()).toBe('ACTIVE')
  const urls = [`127.0.0.1:${trap.port}`, `0.0.0.0:${trap.port}`, `169.254.169.254:80`, `loop:${trap.port}`]
  const relays = await classicNames(tenant, subnet.id, urls)
  expect(relays.length).toBe(4)
  const places = ['127.0.0.1', 'loop', 'this', 'localhost', 'loop.other', '0.0.0.0', '127.0.0.2'].map((host) => `${host}:${trap.port}`)
  const others = ['meta:80', '169.254.169.254:80', '100.100.100.200:80', `127.0.0.1:${serverPort}`, `loop:${serverPort}`]
  return { relays, addresses: [...places, ...others, ...relays] }
}

describe('a tenant', () => {
  it('moves no packet to loopback, link-local, metadata or this server, whatever they ask for', async () => {
    const [trap, tenant] = [await setTrap(), await openTenant()]
    const { relays, addresses } = await aimEverything(tenant, trap)
    for (const address of addresses) {
      expect(await test(tenant, address), address).toMatch(/^UNREACHABLE stopped at (name|route|gateway)/)
    }
    for (const address of ['127.0.0.1', 'loop', 'meta', '::1', `[::1]:${trap.port}`, `[::ffff:127.0.0.1]:${trap.port}`]) {
      expect(await test(tenant, address), address).toMatch(/^UNREACHABLE/)
    }
    for (const relay of relays.slice(0, 3)) expect(await test(tenant, relay), relay).toMatch(/^UNREACHABLE stopped at gateway/)
    await readTables(tenant, `127.0.0.1:${trap.port}`, `loop:${trap.port}`, ...relays)
    expect([trap.connections, trap.bytes]).toEqual([0, 0])
    await stepInto(trap)
  }, 120_000)

  it('has no doctor that climbs where they may not go', async () => {
    const [trap, tenant] = [await setTrap(), await openTenant()]
    const { addresses } = await aimEverything(tenant, trap)
    for (const address of addresses) {
      const { reachable, last } = await examine(tenant, address)
      expect([reachable, /^(name|route|gateway)$/.test(last)], `${address} ended at ${last}`).toEqual([false, true])
    }
    expect([trap.connections, trap.bytes]).toEqual([0, 0])
    await stepInto(trap)
  }, 120_000)

  it('reaches through a map only what its owner wrote down, and learns nothing of the rest', async () => {
    const [trap, listed, tenant] = [await setTrap(), await setTrap(), await openTenant()]
    await declare(tenant, 'mapped', { cidr: '192.168.0.0/16', subnetCidr: '192.168.0.0/24' })
    const map = [{ from: '192.168.0.1:5432', to: `127.0.0.1:${listed.port}` }]
    expectOk(await tenant.server.ask('putGateway', { params: { vpc_id: 'mapped' }, body: { kind: 'map', ranges: ['127.0.0.0/8'], map } }))
    await connect(tenant, { vpc: 'mapped', subnet: 'mapped-subnet', hosts: [{ name: 'loop', ip: '127.0.0.1' }] })
    expect(await test(tenant, '192.168.0.1:5432')).toBe('REACHABLE ')
    expect(listed.connections).toBe(1)
    const same = [`127.0.0.1:${trap.port}`, '127.0.0.1:1'].map(async (address) =>
      (await test(tenant, address)).replaceAll(/\d+$|:\d+:/g, ''),
    )
    const [here, nowhere] = (await Promise.all(same)).map((text) => text.replaceAll(/127\.0\.0\.1:\d+/g, 'there'))
    expect(here).toBe(nowhere)
    for (const address of [
      `192.168.0.1:${trap.port}`,
      `192.168.0.2:${trap.port}`,
      `loop:${trap.port}`,
      `127.0.0.1:${listed.port}`,
      `loop:${tenant.serverPort}`,
    ]) {
      expect(await test(tenant, address), address).toMatch(/^UNREACHABLE stopped at (route|gateway)/)
      expect((await examine(tenant, address)).reachable).toBe(false)
    }
    expect([trap.connections, trap.bytes, listed.connections]).toEqual([0, 0, 1])
    await stepInto(trap)
  }, 120_000)

  it('does not reach this server or link-local even where the owner opened every address', async () => {
    const [trap, tenant] = [await setTrap(), await openTenant()]
    await declare(tenant, 'open', { cidr: '172.16.0.0/12', subnetCidr: '172.16.0.0/24' })
    expectOk(await tenant.server.ask('putGateway', { params: { vpc_id: 'open' }, body: { kind: 'direct', ranges: ['0.0.0.0/0'] } }))
    await connect(tenant, { vpc: 'open', subnet: 'open-subnet' })
    // The owner's word counts, which shows that the way stands.
    expect(await test(tenant, `127.0.0.1:${trap.port}`)).toBe('REACHABLE ')
    for (const address of [`127.0.0.1:${tenant.serverPort}`, '169.254.169.254:80', '0.0.0.0:80', '100.100.100.200:80']) {
      expect(await test(tenant, address), address).toMatch(/^UNREACHABLE stopped at (route|gateway)/)
    }
    expect(trap.connections).toBe(1)
  }, 60_000)
})

interface Ranges {
  readonly cidr: string
  readonly subnetCidr: string
}

/** As the owner. */
async function declare({ server }: Tenant, id: string, { cidr, subnetCidr }: Ranges): Promise<void> {
  expectOk(
    await server.ask('declareNetworks', {
      body: {
        vpcs: [{ id, project_id: publishedProject, name: id, cidr }],
        subnets: [{ id: `${id}-subnet`, vpc_id: id, name: id, cidr: subnetCidr }],
      },
    }),
  )
}

/** Relay names of classic connections to each url that is taken at all. */
async function classicNames({ ask }: Tenant, network_id: string, urls: readonly string[]): Promise<readonly string[]> {
  const { security_group } = expectOk(await ask('createSecurityGroupV3', { body: { security_group: { name: 'sweep' } } }))
  const rule = {
    security_group_id: security_group.id,
    direction: 'ingress',
    ethertype: 'IPv4',
    protocol: 'tcp',
    remote_ip_prefix: '0.0.0.0/0',
  }
  expectOk(await ask('createSecurityGroupRuleV3', { body: { security_group_rule: rule } }))
  const names: string[] = []
  for (const [index, url] of urls.entries()) {
    const body = { name: `c${index}`, service: 'ct', security_group_id: security_group.id, network_id, url }
    const made = await ask('createClassicConnection', { body })
    if (made.status !== 201) continue
    const params = { connection_id: made.body.connection_id as string }
    const read = async () => (await ask('getClassicConnection', { params })).body
    await expect.poll(async () => (await read()).state).not.toBe('CREATING')
    const { state, connection_url } = await read()
    if (state === 'ACTIVE') names.push(...connection_url.split(','))
  }
  return names
}

/** Source tables at each place; none of them can be made. */
async function readTables({ ask }: Tenant, ...places: readonly string[]): Promise<void> {
  for (const [index, place] of places.entries()) {
    const options = `'url'='jdbc:postgresql://${place}/shop', 'dbtable'='public.t', 'user'='u', 'password'='canary-p'`
    const sql = `CREATE TABLE aimed${index} USING JDBC OPTIONS (${options})`
    const { status, body } = await ask('submitJob', { body: { sql, currentdb: 'default', queue_name: 'q' } })
    if (status !== 200) continue
    const look = async () => (await ask('getJobStatus', { params: { job_id: body.job_id } })).body.status
    await expect.poll(look, { timeout: 20_000 }).toBe('FAILED')
  }
}
