// What the provider's Go types make of an answer: a member of another type than it was declared with ends the call.

/** A declared type. `int` takes no fraction; a tuple of one is an array of it; `{ '*': type }` is a map; any other object is a struct. */
export type Shape = 'string' | 'int' | 'float' | 'bool' | readonly [Shape] | { readonly [member: string]: Shape }

/** The value that a shape decodes into. What was absent or null has the zero value of its type. */
export type Decoded<S extends Shape> = S extends 'string'
  ? string
  : S extends 'int' | 'float'
    ? number
    : S extends 'bool'
      ? boolean
      : S extends readonly [infer Item extends Shape]
        ? readonly Decoded<Item>[]
        : S extends { readonly '*': infer Item extends Shape }
          ? Readonly<Record<string, Decoded<Item>>>
          : { readonly [Name in keyof S]: S[Name] extends Shape ? Decoded<S[Name]> : never }

/**
 * Decodes parsed JSON as Go does: unknown members are left out, null and absence become zero values.
 * @throws {TypeError} naming the place and both types when a value is of another type
 */
export function decode<const S extends Shape>(shape: S, value: unknown, place = 'the answer'): Decoded<S> {
  return decoded(shape, value, place) as Decoded<S>
}

function decoded(shape: Shape, value: unknown, place: string): unknown {
  if (typeof shape === 'string') return value === undefined || value === null ? zeros[shape] : scalar(shape, value, place)
  if (isTuple(shape)) return list(shape[0], value, place)
  const absent = value === undefined || value === null
  if (!absent && (typeof value !== 'object' || Array.isArray(value))) throw mismatch('an object', value, place)
  const members = (value ?? {}) as Readonly<Record<string, unknown>>
  const every = shape['*']
  const names = every === undefined ? Object.keys(shape) : Object.keys(members)
  return Object.fromEntries(names.map((name) => [name, decoded(every ?? (shape[name] as Shape), members[name], `${place}.${name}`)]))
}

const zeros = { string: '', int: 0, float: 0, bool: false }
const kinds = { string: 'string', int: 'number', float: 'number', bool: 'boolean' }

function scalar(shape: keyof typeof kinds, value: unknown, place: string): unknown {
  if (typeof value !== kinds[shape]) throw mismatch(shape, value, place)
  if (shape === 'int' && !Number.isSafeInteger(value)) throw mismatch('int', value, place)
  return value
}

function isTuple(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

function list(shape: Shape, value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw mismatch('an array', value, place)
  return value.map((item, index) => decoded(shape, item, `${place}[${index}]`))
}

function mismatch(expected: string, value: unknown, place: string): TypeError {
  return new TypeError(`${place} is ${JSON.stringify(value)}, not ${expected}`)
}
