// Names in place of ids: a VPC, a connection or a user may be named wherever its id is asked for.

import { Failure } from './failure.ts'
import type { Session } from './session.ts'
import type { Terminal } from './terminal.ts'

/** What can be named. */
export type Kind = keyof typeof lists

/** Something with a name. */
export interface Named {
  readonly id: string
  readonly names: readonly string[]
}

const named = ({ id, name }: { readonly id: string; readonly name: string }): Named => ({ id, names: [name] })

/** Reads everything of one kind that the caller sees. Deleted connections of either kind have no name any more. */
const lists = {
  connection: async ({ client, projectId }: Session) =>
    (await client.listConnections({ params: { project_id: projectId }, query: { limit: 0 } })).connections.map(named),
  'classic connection': async ({ client, projectId }: Session) =>
    (await client.listClassicConnections({ params: { project_id: projectId } })).connections
      .filter(({ state }) => state !== 'DELETED')
      .map(({ connection_id: id, name }) => named({ id, name })),
  VPC: async ({ client, projectId }: Session) => (await client.listVpcs({ params: { project_id: projectId } })).vpcs.map(named),
  subnet: async ({ client, projectId }: Session) => (await client.listSubnets({ params: { project_id: projectId } })).subnets.map(named),
  'security group': async ({ client, projectId }: Session) =>
    (await client.listSecurityGroups({ params: { project_id: projectId } })).security_groups.map(named),
  'route table': async ({ client, projectId }: Session) =>
    (await client.listRouteTables({ params: { project_id: projectId } })).routetables.map(named),
  'VPC peering': async ({ client }: Session) => (await client.listVpcPeerings({})).peerings.map(named),
  user: async ({ client }: Session) => (await client.listUsers({})).users.map(named),
  project: async ({ client }: Session) => (await client.listProjects({})).projects.map(named),
  domain: async ({ client }: Session) => (await client.listDomains({})).domains.map(named),
  role: async ({ client }: Session) =>
    (await client.listRoles({})).roles.map(({ id, name, display_name: shown }) => ({ id, names: [name, shown] })),
} as const satisfies Readonly<Record<string, (session: Session) => Promise<readonly Named[]>>>

/** Everything of one kind that the caller sees. */
export function namedOf(kind: Kind, session: Session): Promise<readonly Named[]> {
  return lists[kind](session)
}

/** Members whose value is an id of something that has a name, by wire name. */
const kindsOfMembers: Readonly<Record<string, Kind>> = {
  connection_id: 'connection',
  vpc_id: 'VPC',
  dest_vpc_id: 'VPC',
  subnet_id: 'subnet',
  dest_network_id: 'subnet',
  network_id: 'subnet',
  security_group_id: 'security group',
  routetable_id: 'route table',
  peering_id: 'VPC peering',
  user_id: 'user',
  project_id: 'project',
  domain_id: 'domain',
  role_id: 'role',
}

/** What a member names, if anything. @param noun - of the operation: two nouns call their ids alike */
export function kindOfMember(noun: string, member: string): Kind | undefined {
  const kind = Object.hasOwn(kindsOfMembers, member) ? kindsOfMembers[member] : undefined
  return kind === 'connection' && noun === 'classic-connections' ? 'classic connection' : kind
}

/** The form of most ids; such a text is taken for one without asking. */
const isGeneratedId = (text: string): boolean => /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(text)

/**
 * The id of what was named. A text that names nothing is handed on: the server says what it thinks of it as an id.
 * @throws {Failure} `usage` when several have the name
 */
export async function idOf(session: Session, kind: Kind, text: string): Promise<string> {
  if (isGeneratedId(text)) return text
  const all = await lists[kind](session)
  if (all.some(({ id }) => id === text)) return text
  const matches = all.filter(({ names }) => names.includes(text))
  if (matches.length > 1)
    throw new Failure('usage', `${matches.length} have the name ${text}: ${matches.map(({ id }) => id).join(', ')}`, {
      next: `say which ${kind} by its id`,
    })
  return matches[0]?.id ?? text
}

const mostNames = 5

interface Unknown {
  readonly kind: Kind
  /** As it would be sent. */
  readonly id: unknown
  /** What it means until such a one exists. */
  readonly meanwhile: string
}

/** Says on standard error when an id names nothing that the caller sees, and what there is: for calls that the server takes all the same. */
export async function warnOfUnknown(session: Session, terminal: Pick<Terminal, 'err'>, { kind, id, meanwhile }: Unknown): Promise<void> {
  if (typeof id !== 'string') return
  const all = await lists[kind](session)
  if (all.some((one) => one.id === id)) return
  const names = all.slice(0, mostNames).map((one) => one.names[0] ?? one.id)
  const there = names.length === 0 ? 'there is none yet' : `there is ${names.join(', ')}${all.length > mostNames ? ', and more' : ''}`
  terminal.err(`warning: no ${kind} has the name or id ${id} (${there}); ${meanwhile}\n`)
}
