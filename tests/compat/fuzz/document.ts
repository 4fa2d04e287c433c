// The OpenAPI document as the fuzzer reads it: one entry per operation, from the running server.

/** The part of JSON schema that our document uses. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly const?: unknown
}

/** A path or query parameter. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

/** One operation; `id` names it in the report. */
export interface FuzzedOperation {
  readonly id: string
  readonly noun: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | undefined
  readonly success: number
}

interface Item {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, unknown>>
}

/** Reads `/openapi.json`. @throws {Error} when it holds no operation */
export async function readOperations(endpoint: string): Promise<readonly FuzzedOperation[]> {
  const document = (await (await fetch(`${endpoint}/openapi.json`)).json()) as { paths: Record<string, Record<string, Item>> }
  const operations = Object.entries(document.paths).flatMap(([path, items]) =>
    Object.entries(items).map(([method, item]) => toOperation(path, method, item)),
  )
  if (operations.length === 0) throw new Error('the OpenAPI document names no operation')
  return operations
}

function toOperation(path: string, method: string, item: Item): FuzzedOperation {
  const success = Object.keys(item.responses).find((status) => status.startsWith('2')) ?? '200'
  return {
    id: item.operationId,
    noun: item.tags[0] ?? '',
    method: method.toUpperCase(),
    path,
    parameters: item.parameters ?? [],
    body: item.requestBody?.content['application/json']?.schema,
    success: Number(success),
  }
}
