// What Terraform itself does around the provider: the types of attributes, and the plan, which is what differs between a configuration and a state.

/** The type of an attribute. Blocks are structs of types, in a list or a set. */
export type Type = 'string' | 'int' | 'bool' | 'map' | { readonly list: Item } | { readonly set: Item }
type Item = 'string' | 'strings' | 'map' | { readonly [member: string]: 'string' | 'int' | 'bool' }

/** An attribute: its type, whether the service may settle it where the configuration does not, and whether capitals matter. */
export interface Attribute {
  readonly type: Type
  readonly isComputed: boolean
  readonly ignoresCase?: boolean
}

/** The attributes of a resource by name; `id` belongs to every resource and is not among them. */
export type Schema = Readonly<Record<string, Attribute>>

/** Values of attributes by name: a configuration, or a state. */
export type Attributes = Readonly<Record<string, unknown>>

/** An attribute that only the configuration settles. */
export function given(type: Type): Attribute {
  return { type, isComputed: false }
}

/** An attribute that the service settles where the configuration does not. */
export function computed(type: Type): Attribute {
  return { type, isComputed: true }
}

/**
 * The attributes that differ, by name in alphabetical order: none means that there is nothing to do. Lists differ by their order too, sets do not.
 * @throws {TypeError} when a value is of another type than its attribute, or no attribute has its name
 */
export function plan(schema: Schema, configuration: Attributes, state: Attributes): readonly string[] {
  const wanted = conform(schema, configuration)
  const found = conform(schema, state)
  return Object.keys(schema)
    .filter((name) => {
      const { type, isComputed, ignoresCase = false } = schema[name] as Attribute
      if (wanted[name] === undefined && isComputed) return false
      const [before, after] = [written(type, found[name]), written(type, wanted[name])]
      return ignoresCase ? before.toLowerCase() !== after.toLowerCase() : before !== after
    })
    .sort()
}

/** The attributes, each checked against its type; `id` is left out. @throws {TypeError} as `plan` */
export function conform(schema: Schema, attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).filter(([name, value]) => name !== 'id' && value !== undefined && value !== null)
  for (const [name, value] of entries) {
    const attribute = schema[name]
    if (attribute === undefined) throw new TypeError(`there is no attribute ${name}`)
    if (!isOf(attribute.type, value)) throw new TypeError(`${name} is ${JSON.stringify(value)}, not ${JSON.stringify(attribute.type)}`)
  }
  return Object.fromEntries(entries)
}

function isOf(type: Type | Item, value: unknown): boolean {
  if (type === 'string') return typeof value === 'string'
  if (type === 'int') return Number.isSafeInteger(value)
  if (type === 'bool') return typeof value === 'boolean'
  if (type === 'strings') return Array.isArray(value) && value.every((item) => item === null || typeof item === 'string')
  if (typeof value !== 'object' || value === null) return false
  if (type === 'map') return !Array.isArray(value) && Object.values(value).every((member) => typeof member === 'string')
  if ('list' in type) return Array.isArray(value) && value.every((item) => isOf(type.list as Item, item))
  if ('set' in type) return Array.isArray(value) && value.every((item) => isOf(type.set as Item, item))
  return Object.entries(value).every(([name, member]) => type[name] !== undefined && (member === null || isOf(type[name], member)))
}

/** A value in the one form that equal values share: zero values for what is absent, sets and maps sorted. */
function written(type: Type, value: unknown): string {
  if (typeof type === 'string') return type === 'map' ? writtenMap(value) : JSON.stringify(value ?? zeros[type])
  const item = 'list' in type ? type.list : type.set
  const items = ((value ?? []) as readonly unknown[]).map((member) => writtenItem(item, member))
  return JSON.stringify('list' in type ? items : items.sort())
}

function writtenItem(item: Item, value: unknown): string {
  if (item === 'map') return writtenMap(value)
  if (typeof item === 'string') return JSON.stringify(value)
  const members = value as Attributes
  return JSON.stringify(Object.keys(item).map((name) => members[name] ?? zeros[item[name] as keyof typeof zeros]))
}

function writtenMap(value: unknown): string {
  return JSON.stringify(Object.entries((value ?? {}) as Attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const zeros = { string: '', int: 0, bool: false }
