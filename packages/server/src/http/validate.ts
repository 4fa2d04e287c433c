// Checks what came in against the schemas of the contract, and says in one sentence what is wrong.

import { ServiceError } from '@tributary/rules'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { compileTolerance } from './tolerate.ts'

/** Reads a value by a schema. @throws {ServiceError} `invalid`, naming the member and what it must be; the value itself is never repeated */
export type Reader = (value: unknown) => unknown

/**
 * Compiles a schema into a reader: first what clients are known to send differently is brought into form, then the shape is checked.
 * @param options - `strict`: unknown members are refused instead of ignored
 */
export function compileReader(schema: TSchema, options: { readonly strict: boolean }): Reader {
  const tolerate = compileTolerance(schema, { keepUnknown: options.strict })
  const check = Compile(schema)
  return (value) => {
    const read = tolerate(value)
    if (check.Check(read)) return read
    throw new ServiceError('invalid', explain(schema, check.Errors(read)))
  }
}

interface Finding {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
}

// The library reports an unknown member twice, and the vaguer finding first.
const vague = new Set(['boolean'])

function explain(schema: TSchema, findings: readonly Finding[]): string {
  const finding = findings.find(({ keyword }) => !vague.has(keyword)) ?? findings[0]
  if (finding === undefined) return 'the request does not have the form that this call takes'
  const names = finding.instancePath.split('/').slice(1).map(unescapePointer)
  if (finding.keyword === 'required') {
    const missing = [...names, firstOf(finding.params['requiredProperties'])]
    return `${memberName(missing)} is missing${purposeOf(schema, missing)}`
  }
  if (finding.keyword === 'additionalProperties') {
    return `${memberName([...names, firstOf(finding.params['additionalProperties'])])} is not a member of this call: check its spelling or leave it out`
  }
  return `${memberName(names)} must be ${demand(finding)}${purposeOf(schema, names)}`
}

const articles: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
}

function demand({ keyword, params }: Finding): string {
  if (keyword === 'type') return articles[String(params['type'])] ?? String(params['type'])
  if (keyword === 'minimum') return `at least ${String(params['limit'])}`
  if (keyword === 'maximum') return `at most ${String(params['limit'])}`
  if (keyword === 'enum') return `one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`
  return 'of another form'
}

/** `['hosts', '3', 'ip']` → `hosts[3].ip`; the whole request when there is no name. */
function memberName(names: readonly string[]): string {
  if (names.length === 0) return 'the request'
  return names.reduce((path, name) => (/^\d+$/.test(name) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`), '')
}

function purposeOf(schema: TSchema, names: readonly string[]): string {
  const described = names.reduce<Described | undefined>((at, name) => at?.properties?.[name] ?? at?.items, schema as Described)
  return described?.description === undefined || names.length === 0 ? '' : ` (${described.description})`
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
