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
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const result: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(value)) {
      if (name === '__proto__') continue
      const tolerance = known.get(name) ?? values
      const isEmpty = member === null || (member === '' && !texts.has(name) && values === undefined)
      if (isEmpty && !required.has(name)) continue
      if (tolerance !== undefined) result[name] = tolerance(member)
      else if (keepsUnknown) result[name] = member
    }
    return result
  }
}

function typeOf(shape: Shape | undefined): string | undefined {
  return shape?.type
}

function arrayTolerance(shape: Shape, options: { readonly keepUnknown: boolean }): Tolerance {
  const item = shape.items === undefined ? (value: unknown) => value : compileTolerance(shape.items, options)
  const isListOfText = typeOf(shape.items) === 'string'
  return (value) => {
    if (isListOfText && typeof value === 'string') return [value]
    return Array.isArray(value) ? value.map(item) : value
  }
}

function toBoolean(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : value
}

function toInteger(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
}
