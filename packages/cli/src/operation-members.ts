// The members of a call, read from its schemas: where each one goes on the wire, and how it is written on the command line.

import { type Operation, parameterNames } from '@tributary/contract'
import { kebabOf } from './operation-names.ts'
import type { FlagKind } from './verb.ts'

/** Where a member goes. */
export type Place = 'params' | 'query' | 'body' | 'headers'

/** One member of a call. */
export interface Member {
  /** Wire name, unique in its call. */
  readonly name: string
  readonly place: Place
  /** The one member around the body that this stands in, where there is one: `vpc` of `{"vpc": {...}}`. */
  readonly inside: string | undefined
  readonly kind: FlagKind
  /** How a `pairs` member is sent: as objects of two members, or, without this, as one object of all pairs. */
  readonly pair: Pair | undefined
  readonly isRequired: boolean
  /** Elements of a `list` are numbers. */
  readonly isOfNumbers: boolean
  readonly brief: string
  /** Kebab-case. */
  readonly flag: string
}

/** Names of the two members of an object that is written `first=second`. */
export interface Pair {
  readonly first: string
  readonly second: string
  /** The second is a number. */
  readonly isNumber: boolean
}

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly writeOnly?: boolean
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
}

/** The member whose value is the session's project. */
const projectMember = 'project_id'

/** Headers that a session or the client sends by itself. */
const ownHeaders: ReadonlySet<string> = new Set(['x-auth-token', 'x-project-id'])

/**
 * Lists the members of a call: path, query, headers, body. A body of one object is opened: its members are listed. `project_id` in the path is left out
 * except of the calls on projects themselves: it is the session's.
 */
export function membersOf(operation: Operation): readonly Member[] {
  const isOnProjects = operation.noun === 'projects'
  const inPath = parameterNames(operation.paths[0])
  const params = Object.entries(operation.params.properties as Readonly<Record<string, Schema>>)
    .filter(([name]) => inPath.includes(name) && (name !== projectMember || isOnProjects))
    .map(([name, schema]) => memberOf(name, schema, { place: 'params', isRequired: true }))
  const query = Object.entries(operation.query.properties as Readonly<Record<string, Schema>>).map(([name, schema]) =>
    memberOf(name, schema, { place: 'query', isRequired: false }),
  )
  const headers = operation.headers
    .filter((name) => !ownHeaders.has(name))
    .map((name) => memberOf(name, headerSchema(name), { place: 'headers', isRequired: name === 'x-subject-token' }))
  return withOwnFlags([...params, ...query, ...headers, ...bodyMembers(operation.body)])
}

function headerSchema(name: string): Schema {
  if (name === 'x-subject-token') return { type: 'string', writeOnly: true, description: 'the token that it is about' }
  return { type: 'string', description: `header ${name}` }
}

function bodyMembers(body: Schema | undefined): readonly Member[] {
  if (body?.properties === undefined) return []
  const [only, ...others] = Object.entries(body.properties)
  const opened = only !== undefined && others.length === 0 && only[1].type === 'object' && only[1].properties !== undefined
  const inner = opened ? only[1] : body
  return Object.entries(inner.properties ?? {}).map(([name, schema]) =>
    memberOf(name, schema, { place: 'body', isRequired: inner.required?.includes(name) === true, inside: opened ? only[0] : undefined }),
  )
}

function memberOf(
  name: string,
  schema: Schema,
  { place, isRequired, inside }: { readonly place: Place; readonly isRequired: boolean; readonly inside?: string | undefined },
): Member {
  const kind = kindOf(schema)
  return {
    name,
    place,
    inside,
    kind,
    pair: kind === 'pairs' && schema.items !== undefined ? pairOf(schema.items) : undefined,
    isRequired,
    isOfNumbers: schema.items?.type === 'integer',
    brief: schema.description ?? '',
    flag: kind === 'secret' ? `${kebabOf(name).replace(/^x-/, '')}-from` : kebabOf(name),
  }
}

function kindOf(schema: Schema): FlagKind {
  if (schema.writeOnly === true) return 'secret'
  if (schema.type === 'boolean') return 'switch'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'array') return listKindOf(schema.items)
  if (schema.type !== 'object') return 'text'
  return schema.patternProperties === undefined ? 'json' : 'pairs'
}

function listKindOf(items: Schema | undefined): FlagKind {
  if (items?.type === 'string' || items?.type === 'integer') return 'list'
  return items !== undefined && pairOf(items) !== undefined ? 'pairs' : 'json'
}

/** The two members of an object that has no others, where the first is a text and the second a text or a number. */
function pairOf({ properties }: Schema): Pair | undefined {
  const entries = Object.entries(properties ?? {})
  const [first, second] = entries
  if (entries.length !== 2 || first === undefined || second === undefined || first[1].type !== 'string') return undefined
  const isNumber = second[1].type === 'integer'
  return isNumber || second[1].type === 'string' ? { first: first[0], second: second[0], isNumber } : undefined
}

/** Two members may be written alike (`engine-type` and `engine_type`): the first keeps the flag, and fills in for the other. */
function withOwnFlags(members: readonly Member[]): readonly Member[] {
  return members.filter((member, at) => members.findIndex(({ flag }) => flag === member.flag) === at)
}
