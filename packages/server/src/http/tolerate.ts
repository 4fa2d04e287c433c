// What existing clients send and documents allow: null for absent, text for booleans and integers, one name for a list, members nobody knows.

import type { TSchema } from 'typebox'

/** Brings a value into the form that its schema asks for where clients are known to differ; everything else is left for the check to refuse. */
export type Tolerance = (value: unknown) => unknown

/** The parts of a JSON Schema that matter here. */
interface Shape {
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  /** How a map is written: one pattern that matches every name. */
  readonly patternProperties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
}

/**
 * Compiles a schema into its tolerance, once per operation.
 * @param options - `keepUnknown`: members that the schema does not know stay, so that the check refuses them
 */
export function compileTolerance(schema: TSchema, options: { readonly keepUnknown: boolean }): Tolerance {
  const shape = schema as Shape
  if (shape.type === 'object') return objectTolerance(shape, options)
  if (shape.type === 'array') return arrayTolerance(shape, options)
  if (shape.type === 'boolean') return toBoolean
  if (shape.type === 'integer' || shape.type === 'number') return toInteger
  return (value) => value
}

function objectTolerance(shape: Shape, options: { readonly keepUnknown: boolean }): Tolerance {
  const known = new Map(Object.entries(shape.properties ?? {}).map(([name, schema]) => [name, compileTolerance(schema, options)]))
  const required = new Set(shape.required ?? [])
  const texts = new Set([...known.keys()].filter((name) => typeOf(shape.properties?.[name]) === 'string'))
  const keepsUnknown = options.keepUnknown || (shape.additionalProperties !== undefined && shape.additionalProperties !== false)
  const [values] = Object.values(shape.patternProperties ?? {}).map((schema) => compileTolerance(schema, options))
  const read = (name: string, member: unknown): unknown => {
    const tolerance = known.get(name) ?? values
    const isEmpty = member === null || (member === '' && !texts.has(name) && values === undefined)
    if (name === '__proto__' || (isEmpty && !required.has(name))) return undefined
    if (tolerance !== undefined) return tolerance(member)
    return keepsUnknown ? member : undefined
  }
  return (value) => (typeof value !== 'object' || value === null || Array.isArray(value) ? value : readMembers(value, read))
}

/** Members that are read as `undefined` go. A body holds up to 20,000 objects: what is in form already is not copied. */
function readMembers(value: object, read: (name: string, member: unknown) => unknown): object {
  let result: Record<string, unknown> | undefined
  // Not by entries: their arrays would be most of the garbage of a large body. What JSON.parse made inherits nothing that is enumerable.
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value]
    const kept = read(name, member)
    if (kept === member && member !== undefined) continue
    result ??= { ...value }
    if (kept === undefined) delete result[name]
    else result[name] = kept
  }
  return result ?? value
}

function typeOf(shape: Shape | undefined): string | undefined {
  return shape?.type
}

function arrayTolerance(shape: Shape, options: { readonly keepUnknown: boolean }): Tolerance {
  const item = shape.items === undefined ? (value: unknown) => value : compileTolerance(shape.items, options)
  const isListOfText = typeOf(shape.items) === 'string'
  return (value) => {
    if (isListOfText && typeof value === 'string') return [value]
    return Array.isArray(value) ? readItems(value, item) : value
  }
}

function readItems(items: readonly unknown[], read: Tolerance): readonly unknown[] {
  const first = items.findIndex((item) => read(item) !== item)
  return first === -1 ? items : items.map(read)
}

function toBoolean(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : value
}

function toInteger(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
}
