// Attaching a source: everything between a queue and a database, each part made where it is missing and left where it is there.

import { Failure } from './failure.ts'
import type { Session } from './session.ts'
import type { SourceUrl } from './source-url.ts'

/** What is attached under which name. */
export interface Attachment {
  readonly name: string
  readonly source: SourceUrl
  readonly queue: string
  /** IPv4 address at which this machine reaches the source. */
  readonly address: string
  readonly gateway: 'direct' | 'map'
  readonly allowCleartextPasswords: boolean
  /** Says what was made, or was there. */
  readonly tell: (line: string) => void
  /** Hears the command that removes what was just made. */
  readonly made: (removal: string) => void
}

/** The network of an attachment: ids, and the address that queues know. */
export interface AttachedNetwork {
  readonly vpcId: string
  readonly subnetId: string
  readonly insideAddress: string
}

type Vpc = Awaited<ReturnType<Session['client']['listVpcs']>>['vpcs'][number]

/** VPC, subnet and gateway. A map gets a range of its own that no VPC of the project has. @throws {ApiError} 403 when gateways are not the caller's to attach */
export async function ensureNetwork(session: Session, attachment: Attachment): Promise<AttachedNetwork> {
  const { name, tell, made } = attachment
  const { client, projectId } = session
  const params = { project_id: projectId }
  const { vpcs } = await client.listVpcs({ params })
  const existing = vpcs.find((vpc) => vpc.name === name)
  const block = attachment.gateway === 'direct' ? attachment.address.replace(/\.\d+$/, '') : freeBlock(vpcs)
  const vpc = existing ?? (await client.createVpc({ params, body: { vpc: { name, cidr: rangeOf(attachment, block) } } })).vpc
  if (existing === undefined) made(`vpc delete ${name}`)
  tell(`VPC ${name} ${existing === undefined ? 'created' : 'is there'}: ${vpc.cidr}`)
  const subnet = await ensureSubnet(session, attachment, vpc)
  const inside = attachment.gateway === 'direct' ? attachment.address : subnet.cidr.replace(/\d+\/\d+$/, '5')
  const network = { vpcId: vpc.id, subnetId: subnet.id, insideAddress: inside }
  await ensureGateway(session, attachment, network)
  return network
}

function rangeOf({ gateway }: Attachment, block: string): string {
  return gateway === 'direct' ? `${block}.0/24` : `${block.replace(/\.\d+$/, '')}.0.0/16`
}

/** The first /16 from 10.71.0.0 on that meets no VPC, as the first three numbers of its first /24. */
function freeBlock(vpcs: readonly Vpc[]): string {
  for (let second = 71; second < 128; second += 1) {
    if (!vpcs.some(({ cidr }) => meets(cidr, second))) return `10.${second}.0`
  }
  throw new Failure('failed', 'no range between 10.71.0.0/16 and 10.127.0.0/16 is free', {
    next: 'delete VPCs that are no longer used: tributary vpc list',
  })
}

/** Whether a block meets 10.second.0.0/16. */
function meets(cidr: string, second: number): boolean {
  const [address = '', length = '0'] = cidr.split('/')
  const [first, own] = address.split('.').map(Number)
  if (first !== 10) return false
  const size = Number(length) >= 16 ? 1 : 2 ** (16 - Number(length))
  return second >= (own ?? 0) && second < (own ?? 0) + size
}

async function ensureSubnet(
  { client, projectId }: Session,
  { name, tell, made }: Attachment,
  vpc: Vpc,
): Promise<{ readonly id: string; readonly cidr: string }> {
  const params = { project_id: projectId }
  const { subnets } = await client.listSubnets({ params, query: { vpc_id: vpc.id } })
  const existing = subnets.find((subnet) => subnet.name === name) ?? subnets[0]
  const first = vpc.cidr.replace(/\.\d+\/\d+$/, '')
  const body = { subnet: { name, cidr: `${first}.0/24`, gateway_ip: `${first}.1`, vpc_id: vpc.id } }
  const subnet = existing ?? (await client.createSubnet({ params, body })).subnet
  if (existing === undefined) made(`subnet delete ${vpc.name} ${subnet.name}`)
  tell(`subnet ${subnet.name} ${existing === undefined ? 'created' : 'is there'}: ${subnet.cidr}`)
  return subnet
}

async function ensureGateway(
  { client, projectId }: Session,
  attachment: Attachment,
  { vpcId, insideAddress }: AttachedNetwork,
): Promise<void> {
  const { gateway: kind, address, source, tell } = attachment
  const params = { project_id: projectId, vpc_id: vpcId }
  const map = kind === 'map' ? [{ from: `${insideAddress}:${source.port}`, to: `${address}:${source.port}` }] : []
  const found = await client.getGateway({ params }).catch((error: unknown) => absent(error))
  const carries = found?.kind === kind && map.every((one) => found.map.some(({ from, to }) => from === one.from && to === one.to))
  if (carries) return tell(`gateway ${kind} is there`)
  if (found !== undefined && found.kind === kind && found.map.length > 0)
    map.unshift(...found.map.filter(({ from }) => from !== map[0]?.from))
  const body = { kind, ranges: [`${address}/32`], map, ...(attachment.allowCleartextPasswords ? { allow_cleartext_passwords: true } : {}) }
  await client.putGateway({
    params,
    body: found === undefined || found.kind !== kind ? body : { ...body, ranges: [...new Set([...found.ranges, ...body.ranges])] },
  })
  if (found === undefined) attachment.made(`gateway remove ${attachment.name}`)
  tell(`gateway ${kind} attached${map.map(({ from, to }) => `: ${from} is ${to}`).join('')}`)
}

/** `undefined` in place of a 404. */
function absent(error: unknown): undefined {
  if ((error as { readonly status?: number }).status === 404) return undefined
  throw error
}

/** The queue that will read the source: a dedicated one of 16 CU where there is none. */
export async function ensureQueue({ client, projectId }: Session, { queue, tell, made }: Attachment): Promise<void> {
  const params = { project_id: projectId }
  const { queues } = await client.listQueues({ params, query: { queue_type: 'all' } })
  const existing = queues.find((one) => one.queue_name === queue.toLowerCase())
  if (existing !== undefined && existing.resource_mode !== 1 && existing.elastic_resource_pool_name === '')
    throw new Failure('failed', `queue ${queue} is shared and cannot use connections`, { next: 'name another one: --queue NAME' })
  if (existing === undefined) await client.createQueue({ params, body: { queue_name: queue, cu_count: 16, resource_mode: 1 } })
  if (existing === undefined) made(`queue delete ${queue}`)
  tell(`queue ${queue} ${existing === undefined ? 'created' : 'is there'}`)
}

/** The connection with its host record and its binding. @returns its id */
export async function ensureConnection(session: Session, attachment: Attachment, network: AttachedNetwork): Promise<string> {
  const { client, projectId } = session
  const { name, queue, tell, made } = attachment
  const params = { project_id: projectId }
  const host = { name: hostOf(attachment), ip: network.insideAddress }
  const { connections } = await client.listConnections({ params, query: { name } })
  const existing = connections.find(({ status }) => status === 'ACTIVE')
  if (existing === undefined) {
    const body = { name, dest_vpc_id: network.vpcId, dest_network_id: network.subnetId, queues: [queue], hosts: [host] }
    const { connection_id: id } = await client.createConnection({
      params,
      body,
    })
    made(`connection delete ${name}`)
    tell(`connection ${name} created: ${host.name} is ${host.ip}, queue ${queue} bound`)
    return id
  }
  const own = { ...params, connection_id: existing.id }
  const knowsHost = existing.hosts.some((one) => one.name?.toLowerCase() === host.name.toLowerCase() && one.ip === host.ip)
  if (!knowsHost) await client.replaceHosts({ params: own, body: { hosts: [...existing.hosts, host] } })
  const isBound = existing.available_queue_info.some((peering) => peering.name === queue.toLowerCase())
  if (!isBound) await client.associateQueue({ params: own, body: { queues: [queue] } })
  const added = [...(knowsHost ? [] : [`host ${host.name} added`]), ...(isBound ? [] : [`queue ${queue} bound`])]
  tell(`connection ${name} is there${added.map((what) => `; ${what}`).join('')}`)
  return existing.id
}

/** The name under which queues know the source: its own, or the attachment's where it has only an address. */
export function hostOf({ name, source }: Pick<Attachment, 'name' | 'source'>): string {
  return /^[A-Za-z][A-Za-z0-9_.-]*$/.test(source.host) && source.host !== 'localhost' ? source.host : `${name}-db`
}

/** Where the password of a source comes from. */
export interface PasswordSource {
  /** Asked for only when it is needed. */
  readonly read: () => Promise<string>
  /** Whether somebody named a place to read it from: then it replaces the old one. */
  readonly isGiven: boolean
}

/** The login of an attachment: whether it is stored already, and the password where it is new or changes. */
export interface AttachmentLogin {
  readonly isThere: boolean
  readonly password: string | undefined
}

/** Asks for the password where one is needed; nothing is made. @throws {Failure} `usage` when there is nowhere to ask */
export async function readLogin({ client, projectId }: Session, { name }: Attachment, password: PasswordSource): Promise<AttachmentLogin> {
  const { auth_infos: found } = await client.listAuthInfos({ params: { project_id: projectId }, query: { auth_info_name: name } })
  const isThere = found.length > 0
  return { isThere, password: !isThere || password.isGiven ? await password.read() : undefined }
}

/** The auth-info of the source. */
export async function ensureAuthInfo(
  { client, projectId }: Session,
  attachment: Attachment,
  { isThere, password }: AttachmentLogin,
): Promise<void> {
  const { name, source, tell, made } = attachment
  const params = { project_id: projectId }
  const login = { auth_info_name: name, user_name: source.user }
  if (password === undefined) return tell(`auth-info ${name} is there`)
  if (isThere) {
    await client.updateAuthInfo({ params, body: { ...login, password } })
    return tell(`auth-info ${name} changed`)
  }
  await client.createAuthInfo({ params, body: { ...login, datasource_type: 'passwd', password } })
  made(`auth-info delete ${name}`)
  tell(`auth-info ${name} stored`)
}

/** The database of the catalog that the tables go into. */
export async function ensureDatabase({ client, projectId }: Session, { name, tell, made }: Attachment): Promise<void> {
  const params = { project_id: projectId }
  const { databases } = await client.listDatabases({ params, query: { keyword: name } })
  const isThere = databases.some((database) => database.database_name === name)
  if (!isThere) await client.createDatabase({ params, body: { database_name: name } })
  if (!isThere) made(`database delete ${name} --cascade`)
  tell(`database ${name} ${isThere ? 'is there' : 'created'}`)
}
