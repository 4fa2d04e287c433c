// A tenant who aims everything there is at what is not theirs: loopback, link-local, metadata, this server, the owner's databases. Nothing arrives.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { publishedProject, type Received, type SampleServer, type Sent, sampleServer } from '../sample-server.ts'

/** A listener that nobody was told of. */
interface Trap {
  readonly port: number
  connections: number
  bytes: number
}

let server: SampleServer
let as: NonNullable<Sent['as']>
let serverPort: number
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  server = stack.use(await sampleServer())
  serverPort = Number(new URL(server.url).port)
  as = { token: (await samplePerson(server, 'tess', 'editor')).token }
  for (const queue_name of ['q1', 'q2', 'q3'])
    expectOk(await server.ask('createQueue', { as, body: { queue_name, cu_count: 16, resource_mode: 1 } }))
}, 60_000)
afterAll(() => stack.disposeAsync())

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
  const socket = connect(trap.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.end('hello')
  await expect.poll(() => [trap.connections - before.connections, trap.bytes - before.bytes]).toEqual([1, 5])
}

/** Asks again when it was too often. */
async function patiently(ask: () => Promise<Received>): Promise<Received> {
  for (;;) {
    const answer = await ask()
    if (answer.status !== 429) return answer
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** `UNREACHABLE stopped at route: …` */
async function test(queue_name: string, address: string): Promise<string> {
  const body = expectOk(await patiently(() => server.ask('createConnectionTest', { as, params: { queue_name }, body: { address } })))
  const params = { queue_name, task_id: String(body.task_id) }
  const read = async () => (await server.ask('getConnectionTest', { as, params })).body
  await expect.poll(async () => (await read()).connectivity, { timeout: 20_000 }).not.toBe('')
  const { connectivity, message } = await read()
  return `${connectivity} ${message.split(`${body.task_id}: `)[1] ?? ''}`
}

async function examine(queue_name: string, address: string): Promise<{ readonly reachable: boolean; readonly last: string }> {
  const ask = () => server.ask('examineQueue', { as, params: { queue_name }, body: { address, protocol: 'postgresql' } })
  const { reachable, rungs } = expectOk(await patiently(ask))
  return { reachable, last: rungs.at(-1).name }
}

async function connection(name: string, vpc: string, subnet: string, queue: string, hosts: readonly { name: string; ip: string }[] = []) {
  const body = { name, dest_vpc_id: vpc, dest_network_id: subnet, queues: [queue], hosts }
  const { connection_id } = expectOk(await server.ask('createConnection', { as, body }))
  for (const [index, cidr] of ['127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0', '10.0.0.0/8'].entries()) {
    const added = await server.ask('createRoute', { as, params: { connection_id }, body: { name: `r${index}`, cidr } })
    expect([200, 400]).toContain(added.status)
  }
  return connection_id as string
}

describe('a tenant', () => {
  it('moves no packet to loopback, link-local, metadata or this server, whatever they ask for', async () => {
    const trap = await setTrap()
    for (const cidr of ['127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0', '100.64.0.0/10']) {
      expect((await server.ask('createVpc', { as, body: { vpc: { name: 'aim', cidr } } })).status).toBe(400)
    }
    const gateway = { kind: 'direct', ranges: ['0.0.0.0/0'] }
    const { vpc } = expectOk(await server.ask('createVpc', { as, body: { vpc: { name: 'own', cidr: '10.0.0.0/8' } } }))
    expect((await server.ask('putGateway', { as, params: { vpc_id: vpc.id }, body: gateway })).status).toBe(403)
    expect((await server.ask('declareNetworks', { as, body: {} })).status).toBe(403)
    const draft = { name: 'own', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1', vpc_id: vpc.id }
    const { subnet } = expectOk(await server.ask('createSubnet', { as, body: { subnet: draft } }))
    const hosts = [
      { name: 'loop', ip: '127.0.0.1' },
      { name: 'loop.other', ip: '127.9.9.9' },
      { name: 'this', ip: '0.0.0.0' },
      { name: 'meta', ip: '169.254.169.254' },
      { name: 'localhost', ip: '127.0.0.1' },
    ]
    const connection_id = await connection('own', vpc.id, subnet.id, 'q1', hosts)
    const read = async () => (await server.ask('getConnection', { as, params: { connection_id } })).body.available_queue_info[0].status
    expect(await read()).toBe('ACTIVE')
    const relays = await classicNames(subnet.id, [
      `127.0.0.1:${trap.port}`,
      `0.0.0.0:${trap.port}`,
      `169.254.169.254:80`,
      `loop:${trap.port}`,
    ])
    const places = ['127.0.0.1', 'loop', 'this', 'localhost', 'loop.other', '0.0.0.0', '127.0.0.2'].map((host) => `${host}:${trap.port}`)
    const others = ['meta:80', '169.254.169.254:80', '100.100.100.200:80', `127.0.0.1:${serverPort}`, `loop:${serverPort}`, ...relays]
    for (const address of [...places, ...others]) {
      expect(await test('q1', address), address).toMatch(/^UNREACHABLE stopped at (name|route|gateway)/)
      const { reachable, last } = await examine('q1', address)
      expect([reachable, /^(name|route|gateway)$/.test(last)], `${address} ended at ${last}`).toEqual([false, true])
    }
    for (const address of ['127.0.0.1', 'loop', 'meta', '::1', `[::1]:${trap.port}`, `[::ffff:127.0.0.1]:${trap.port}`]) {
      expect(await test('q1', address), address).toMatch(/^UNREACHABLE/)
    }
    expect(relays.length).toBe(4)
    for (const relay of relays.slice(0, 3)) expect(await test('q1', relay), relay).toMatch(/^UNREACHABLE stopped at gateway/)
    await readTables(`127.0.0.1:${trap.port}`, `loop:${trap.port}`, ...relays)
    expect([trap.connections, trap.bytes]).toEqual([0, 0])
    await stepInto(trap)
  }, 120_000)

  it('reaches through a map only what its owner wrote down, and learns nothing of the rest', async () => {
    const [trap, listed] = [await setTrap(), await setTrap()]
    await declare('mapped', '192.168.0.0/16', '192.168.0.0/24')
    const map = [{ from: '192.168.0.1:5432', to: `127.0.0.1:${listed.port}` }]
    expectOk(await server.ask('putGateway', { params: { vpc_id: 'mapped' }, body: { kind: 'map', ranges: ['127.0.0.0/8'], map } }))
    await connection('mapped', 'mapped', 'mapped-subnet', 'q2', [{ name: 'loop', ip: '127.0.0.1' }])
    expect(await test('q2', '192.168.0.1:5432')).toBe('REACHABLE ')
    expect(listed.connections).toBe(1)
    const same = [`127.0.0.1:${trap.port}`, '127.0.0.1:1'].map(async (address) => (await test('q2', address)).replaceAll(/\d+$|:\d+:/g, ''))
    const [here, nowhere] = (await Promise.all(same)).map((text) => text.replaceAll(/127\.0\.0\.1:\d+/g, 'there'))
    expect(here).toBe(nowhere)
    for (const address of [
      `192.168.0.1:${trap.port}`,
      `192.168.0.2:${trap.port}`,
      `loop:${trap.port}`,
      `127.0.0.1:${listed.port}`,
      `loop:${serverPort}`,
    ]) {
      expect(await test('q2', address), address).toMatch(/^UNREACHABLE stopped at (route|gateway)/)
      expect((await examine('q2', address)).reachable).toBe(false)
    }
    expect([trap.connections, trap.bytes, listed.connections]).toEqual([0, 0, 1])
    await stepInto(trap)
  }, 120_000)

  it('does not reach this server or link-local even where the owner opened every address', async () => {
    const trap = await setTrap()
    await declare('open', '172.16.0.0/12', '172.16.0.0/24')
    expectOk(await server.ask('putGateway', { params: { vpc_id: 'open' }, body: { kind: 'direct', ranges: ['0.0.0.0/0'] } }))
    await connection('open', 'open', 'open-subnet', 'q3')
    // The owner's word counts, which shows that the way stands.
    expect(await test('q3', `127.0.0.1:${trap.port}`)).toBe('REACHABLE ')
    for (const address of [`127.0.0.1:${serverPort}`, '169.254.169.254:80', '0.0.0.0:80', '100.100.100.200:80']) {
      expect(await test('q3', address), address).toMatch(/^UNREACHABLE stopped at (route|gateway)/)
    }
    expect(trap.connections).toBe(1)
  }, 60_000)
})

/** As the owner. */
async function declare(id: string, cidr: string, subnetCidr: string): Promise<void> {
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
async function classicNames(network_id: string, urls: readonly string[]): Promise<readonly string[]> {
  const { security_group } = expectOk(await server.ask('createSecurityGroupV3', { as, body: { security_group: { name: 'sweep' } } }))
  const rule = {
    security_group_id: security_group.id,
    direction: 'ingress',
    ethertype: 'IPv4',
    protocol: 'tcp',
    remote_ip_prefix: '0.0.0.0/0',
  }
  expectOk(await server.ask('createSecurityGroupRuleV3', { as, body: { security_group_rule: rule } }))
  const names: string[] = []
  for (const [index, url] of urls.entries()) {
    const body = { name: `c${index}`, service: 'ct', security_group_id: security_group.id, network_id, url }
    const made = await server.ask('createClassicConnection', { as, body })
    if (made.status !== 201) continue
    const params = { connection_id: made.body.connection_id as string }
    const read = async () => (await server.ask('getClassicConnection', { as, params })).body
    await expect.poll(async () => (await read()).state).not.toBe('CREATING')
    const { state, connection_url } = await read()
    if (state === 'ACTIVE') names.push(...connection_url.split(','))
  }
  return names
}

/** Source tables at each place; none of them can be made. */
async function readTables(...places: readonly string[]): Promise<void> {
  for (const [index, place] of places.entries()) {
    const options = `'url'='jdbc:postgresql://${place}/shop', 'dbtable'='public.t', 'user'='u', 'password'='canary-p'`
    const sql = `CREATE TABLE aimed${index} USING JDBC OPTIONS (${options})`
    const { status, body } = await server.ask('submitJob', { as, body: { sql, currentdb: 'default', queue_name: 'q1' } })
    if (status !== 200) continue
    const look = async () => (await server.ask('getJobStatus', { as, params: { job_id: body.job_id } })).body.status
    await expect.poll(look, { timeout: 20_000 }).toBe('FAILED')
  }
}
