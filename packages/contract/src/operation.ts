// What an operation of the API is: declared once, read by the server, the client, the OpenAPI document and the generated pages.

import { type Static, type TObject, type TSchema, Type } from 'typebox'

/** The methods that the published API uses. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A role in a project; each holds what the ones before it hold. */
export type Role = 'reader' | 'editor' | 'admin'

/**
 * Who may call. `nobody`: open to all · `loopback`: open on the machine itself, else any signed-in caller · `identity`: any signed-in caller ·
 * `administrator`: the installation owner
 * or an administrator of the account · `owner`: the installation owner · a role: a caller who holds it in the project of the path.
 */
export type Needs = 'nobody' | 'loopback' | 'identity' | 'administrator' | 'owner' | Role

/** Name of a permission as DLI writes it, `dli:queue:createQueue`; a denial names it. */
export type ActionName = `${string}:${string}:${string}`

/** Shape of the errors: DLI's envelope, our own calls (the same envelope, plain statuses), IAM's, VPC's of v1 and of v3. */
export type ErrorFamily = 'dli' | 'tributary' | 'iam' | 'vpc' | 'vpc3'

/** How far an operation keeps its published promise, why not further, and the test that shows it. */
export interface Fidelity {
  readonly state: 'real' | 'partial'
  readonly note: string
  /** Title of a test in this repository. */
  readonly witness: string
}

/** What comes back when all is well. `schema` is absent where there is no body (204, HEAD). */
export interface Answer<Body extends TSchema = TSchema> {
  readonly status: number
  readonly schema?: Body
  /** Names of headers that carry part of the answer, each with one sentence. */
  readonly headers?: Readonly<Record<string, string>>
  /** `application/json` unless said otherwise. */
  readonly contentType?: string
}

/** Path, query and body of one call, the answer to it, who may make it, and how far it is real. */
export interface Operation<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
  Result extends TSchema = TSchema,
> {
  /** camelCase, unique, the client's method name. */
  readonly id: string
  /** The resource, plural, as its files are called. */
  readonly noun: string
  readonly method: Method
  /** Paths that answer alike, the current one first; parameters as `{name}`. */
  readonly paths: readonly [string, ...string[]]
  readonly summary: string
  readonly action: ActionName
  readonly needs: Needs
  readonly family: ErrorFamily
  readonly params: Params
  readonly query: Query
  /** Request headers that are part of the call, lower-case names. */
  readonly headers: readonly string[]
  readonly body: Body | undefined
  readonly response: Answer<Result>
  readonly fidelity: Fidelity
}

/** What a declaration says: as {@link Operation}, with one path or several, and without what it does not use. */
export interface OperationDraft<Params extends TObject, Query extends TObject, Body extends TSchema, Result extends TSchema>
  extends Omit<Operation<Params, Query, Body, Result>, 'paths' | 'params' | 'query' | 'body' | 'headers'> {
  readonly path: string | readonly [string, ...string[]]
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly headers?: readonly string[]
}

// biome-ignore lint/complexity/noBannedTypes: an object schema without properties is typed so by TypeBox
type NoMembers = TObject<{}>

/**
 * Declares one operation. An action name and a fidelity entry are part of the type: without them it does not compile.
 * Path parameters that are not described are strings.
 */
export function operation<
  Params extends TObject = NoMembers,
  Query extends TObject = NoMembers,
  Body extends TSchema = TSchema,
  Result extends TSchema = TSchema,
>(draft: OperationDraft<Params, Query, Body, Result>): Operation<Params, Query, Body, Result> {
  const { path, params, query, body, headers, ...rest } = draft
  const paths: readonly [string, ...string[]] = typeof path === 'string' ? [path] : path
  return {
    ...rest,
    paths,
    params: params ?? (pathParameters(paths[0]) as unknown as Params),
    query: query ?? (Type.Object({}) as unknown as Query),
    headers: headers ?? [],
    body,
  }
}

function pathParameters(path: string): TObject {
  return Type.Object(Object.fromEntries(parameterNames(path).map((name) => [name, Type.String()])))
}

/** Names of the `{parameters}` of a path, in order. */
export function parameterNames(path: string): readonly string[] {
  return [...path.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] as string)
}

/** True for operations that only this service has; they refuse unknown members. */
export function isOwnExtension(operation: Operation): boolean {
  return operation.paths[0].startsWith('/tributary/')
}

/** The path parameters of an operation, as sent. */
export type ParamsOf<O extends Operation> = Static<O['params']>
/** The query of an operation after conversion. */
export type QueryOf<O extends Operation> = Static<O['query']>
/** The body that an operation takes; `unknown` where it takes none. */
export type BodyOf<O extends Operation> = O extends Operation<TObject, TObject, infer Body> ? Static<Body> : never
/** The body that an operation answers with. */
export type ResultOf<O extends Operation> = O extends Operation<TObject, TObject, TSchema, infer Result> ? Static<Result> : never
