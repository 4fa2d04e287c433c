// Checks what came in against the schemas of the contract, and says in one sentence what is wrong.

import { say, ServiceError, silence, type Text, type TextValue, verbatim } from '@tributary/rules'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { compileTolerance } from './tolerate.ts'

/** Reads a value by a schema. @throws {ServiceError} `invalid`, naming the member and what it must be; the value itself is never repeated */
export type Reader = (value: unknown) => unknown

/**
 * Compiles a schema into a reader, at its first use: no server is ever asked for everything. First what clients are known to send differently is brought
 * into form, then the shape is checked.
 * @param options - `strict`: unknown members are refused instead of ignored
 */
export function compileReader(schema: TSchema, options: { readonly strict: boolean }): Reader {
  let read: Reader | undefined
  return (value) => {
    read ??= readerOf(schema, options)
    return read(value)
  }
}

function readerOf(schema: TSchema, options: { readonly strict: boolean }): Reader {
  const tolerate = compileTolerance(schema, { keepUnknown: options.strict })
  const check = Compile(schema)
  return (value) => {
    const read = tolerate(value)
    if (check.Check(read)) return read
    const [, findings] = check.Errors(read)
    throw new ServiceError('invalid', explain(schema, findings))
  }
}

interface Finding {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
}

// The library reports an unknown member twice, and the vaguer finding first.
const vague = new Set(['boolean'])

function explain(schema: TSchema, findings: readonly Finding[]): Text {
  const finding = findings.find(({ keyword }) => !vague.has(keyword)) ?? findings[0]
  if (finding === undefined) return say`the request does not have the form that this call takes`
  const names = finding.instancePath.split('/').slice(1).map(unescapePointer)
  if (finding.keyword === 'required') {
    const missing = [...names, firstOf(finding.params['requiredProperties'])]
    return say`${memberName(missing)} is missing${purposeOf(schema, missing)}`
  }
  if (finding.keyword === 'additionalProperties') {
    const unknown = [...names, firstOf(finding.params['additionalProperties'])]
    return say`${memberName(unknown)} is not a member of this call: check its spelling or leave it out`
  }
  return say`${memberName(names)} must be ${demand(finding)}${purposeOf(schema, names)}`
}

const articles: Readonly<Record<string, Text>> = {
  string: say`a string`,
  integer: say`an integer`,
  number: say`a number`,
  boolean: say`true or false`,
  array: say`an array`,
  object: say`an object`,
}

function demand({ keyword, params }: Finding): Text {
  if (keyword === 'type') return articles[String(params['type'])] ?? verbatim(String(params['type']))
  if (keyword === 'minimum') return say`at least ${String(params['limit'])}`
  if (keyword === 'maximum') return say`at most ${String(params['limit'])}`
  if (keyword === 'enum') return say`one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`
  return say`of another form`
}

/** `['hosts', '3', 'ip']` → `hosts[3].ip`; the whole request when there is no name. */
function memberName(names: readonly string[]): TextValue {
  if (names.length === 0) return say`the request`
  return names.reduce((path, name) => (/^\d+$/.test(name) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`), '')
}

/** What the contract says of a member, which is English in every language. */
function purposeOf(schema: TSchema, names: readonly string[]): Text {
  const described = names.reduce<Described | undefined>((at, name) => at?.properties?.[name] ?? at?.items, schema as Described)
  return described?.description === undefined || names.length === 0 ? silence : say` (${described.description})`
}

interface Described {
  readonly properties?: Readonly<Record<string, Described>>
  readonly items?: Described
  readonly description?: string
}

function firstOf(value: unknown): string {
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : ''
}

function unescapePointer(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}
