// A verb from an operation: its schemas give arguments and flags, a shape gives it the hand that people expect.

import { type Operation, operations, type OperationId } from '@tributary/contract'
import { Failure } from './failure.ts'
import type { Given } from './given.ts'
import { type Member, membersOf } from './operation-members.ts'
import { wordsOf } from './operation-names.ts'
import { idOf, kindOfMember } from './references.ts'
import { readSecret } from './secret.ts'
import type { Session } from './session.ts'
import { type Column, listIn, printJson, printRecord, printRows } from './show.ts'
import { jsonOf, pairOf } from './values.ts'
import type { Call, Example, Flag, Positional, Verb } from './verb.ts'

/** An answer as it came. */
export type Answer = Readonly<Record<string, unknown>>

/** What a call sends. */
export type Input = Readonly<Record<'params' | 'query' | 'headers' | 'body', Readonly<Record<string, unknown>>>>

/** What an operation is given beyond its schemas. Members are named as on the wire. */
export interface Shape {
  readonly words?: string
  readonly brief?: string
  readonly detail?: readonly string[]
  readonly examples: readonly [Example, ...Example[]]
  /** Members of query or body that are arguments, after those of the path. */
  readonly positionals?: readonly string[]
  /** Other names, letters, words for flags. */
  readonly flags?: Readonly<Record<string, Partial<Flag>>>
  /** Members that are needed by what else was given, although the operation takes calls without them. */
  readonly neededBy?: Readonly<Record<string, (given: Given) => boolean>>
  /** Members that are sent as they are here and have no flag. */
  readonly fixed?: Readonly<Record<string, unknown>>
  /** Members that are sent so unless their flag says otherwise. */
  readonly assumed?: Readonly<Record<string, unknown>>
  /** Members without a flag, because another verb has them. */
  readonly hidden?: readonly string[]
  /** Flags of `after`. */
  readonly moreFlags?: readonly Flag[]
  /** Operations of `after`. */
  readonly moreOperations?: readonly OperationId[]
  /** The answer is a list, although the id does not say so. */
  readonly isList?: boolean
  /** Columns of a list. */
  readonly columns?: readonly Column[]
  /** One line for an answer that says nothing by itself. */
  readonly said?: (input: Input, answer: Answer) => string
  /** Prints the answer in a way of its own. */
  readonly show?: (call: Call, answer: unknown, input: Input) => void
  /** Looks at a printed answer: a failure ends the command line so. */
  readonly verdict?: (answer: Answer, input: Input) => Failure | undefined
  /** What comes before the call, once names have become ids: warnings. */
  readonly before?: (call: Call, session: Session, input: Input) => Promise<void>
  /** What follows the call, such as a wait; before anything is printed. */
  readonly after?: (call: Call, session: Session, made: { readonly input: Input; readonly answer: Answer }) => Promise<void>
}

/** Makes the verb. Without a shape it has the arguments of the path, a flag for every other member, and one example. */
export function operationVerb(id: OperationId, shape: Shape): Verb {
  const operation: Operation = operations[id]
  const members = membersOf(operation).filter(({ name }) => !(name in (shape.fixed ?? {})) && shape.hidden?.includes(name) !== true)
  const isPositional = (member: Member): boolean => member.place === 'params' || shape.positionals?.includes(member.name) === true
  const positionals = [
    ...members.filter(({ place }) => place === 'params'),
    ...(shape.positionals ?? []).flatMap((name) => members.filter((member) => member.name === name && member.place !== 'params')),
  ]
  const options = members.filter((member) => !isPositional(member))
  const words = shape.words ?? wordsOf(id)
  const parts: Parts = { id, operation, shape, members, positionals, options }
  return {
    words,
    brief: shape.brief ?? operation.summary.replace(/\.$/, ''),
    ...(shape.detail === undefined ? {} : { detail: shape.detail }),
    operations: [id, ...(shape.moreOperations ?? [])],
    positionals: positionals.map((member, at) => positionalOf(member, at === positionals.length - 1)),
    flags: [...options.map((member) => flagOf(member, shape)), ...bodyFlag(operation), ...(shape.moreFlags ?? [])],
    examples: shape.examples,
    run: (call) => runOperation(parts, call),
  }
}

interface Parts {
  readonly id: OperationId
  readonly operation: Operation
  readonly shape: Shape
  readonly members: readonly Member[]
  readonly positionals: readonly Member[]
  readonly options: readonly Member[]
}

function positionalOf({ name, brief, kind, isRequired }: Member, isLast: boolean): Positional {
  const short = name.replace(/_(id|name)$/, '').replace(/^dest_/, '')
  const shown = name === 'name' || short === '' ? name : kind === 'list' ? short.replace(/s$/, '') : short
  return {
    name: shown.replaceAll('_', '-'),
    brief,
    ...(isRequired ? {} : { isOptional: true }),
    ...(isLast && (kind === 'list' || kind === 'pairs') ? { isRepeated: true } : {}),
  }
}

function flagOf(member: Member, shape: Shape): Flag {
  const assumed = shape.assumed?.[member.name]
  const own = shape.flags?.[member.name] ?? {}
  const said = own.brief ?? member.brief
  // What may be on already has to be turned off somehow.
  const isKept = member.kind === 'switch' && member.place === 'body'
  const brief = isKept ? `${said === '' ? '' : `${said}; `}--${own.name ?? member.flag}=false for no` : said
  return {
    name: member.flag,
    kind: member.kind,
    isRequired: member.isRequired && assumed === undefined,
    ...own,
    brief: assumed === undefined ? brief : `${brief === '' ? '' : `${brief}; `}here ${JSON.stringify(assumed)} unless given`,
  }
}

function bodyFlag({ body }: Operation): readonly Flag[] {
  return body === undefined ? [] : [{ name: 'body', kind: 'json', brief: 'the whole body as JSON or @FILE; other flags win over it' }]
}

async function runOperation(parts: Parts, call: Call): Promise<void> {
  const { operation, shape } = parts
  // Everything is read before the first call: what is wrong on the command line sends nothing.
  const draft = await readMembers(parts, call)
  const session = await call.session()
  const input = await withIds(parts, session, draft)
  await shape.before?.(call, session, input)
  const answer = await send(session, parts.id, input)
  await shape.after?.(call, session, { input, answer: asAnswer(answer) })
  if (call.given.isOn('json') && operation.response.contentType === undefined) printJson(call.terminal, answer)
  else if (shape.show !== undefined) shape.show(call, answer, input)
  else printAnswer(parts, call, { answer, input })
  const failure = shape.verdict?.(asAnswer(answer), input)
  if (failure !== undefined) throw failure
}

/** Calls an operation by its id; the input is checked by the server. */
export function send(session: Session, id: OperationId, input: Partial<Input>): Promise<unknown> {
  const methods = session.client as unknown as Readonly<Record<string, (input: unknown) => Promise<unknown>>>
  const method = methods[id] as (input: unknown) => Promise<unknown>
  const { params, query, headers, body } = input
  const hasBody = operations[id].body !== undefined
  return method({
    params: { project_id: session.projectId, ...params },
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { headers }),
    ...(hasBody ? { body: body ?? {} } : {}),
  })
}

function asAnswer(answer: unknown): Answer {
  return typeof answer === 'object' && answer !== null ? (answer as Answer) : {}
}

function printAnswer(
  { id, shape }: Parts,
  { terminal }: Call,
  { answer, input }: { readonly answer: unknown; readonly input: Input },
): void {
  if (typeof answer === 'string') return terminal.out(answer)
  const rows = shape.isList === true || /^(list|filter)/.test(id) ? listIn(answer) : undefined
  if (rows !== undefined) return printRows(terminal, rows, shape.columns)
  if (shape.said !== undefined) return terminal.out(`${shape.said(input, asAnswer(answer))}\n`)
  const says = Object.keys(asAnswer(answer)).some((name) => name !== 'is_success' && name !== 'message')
  if (!says) return terminal.out('done\n')
  printRecord(terminal, answer)
}

/** Members by what was given for them, and the body of `--body`. */
interface Read {
  readonly draft: ReadonlyMap<Member, unknown>
  readonly base: Answer
}

/** Values of all members that were given, as they are sent but for names in place of ids. @throws {Failure} `usage` when one is missing */
async function readMembers(parts: Parts, call: Call): Promise<Read> {
  const draft = new Map<Member, unknown>()
  const { args } = call.given
  parts.positionals.forEach((member, at) => {
    const isLast = at === parts.positionals.length - 1
    const texts = isLast ? args.slice(at) : args.slice(at, at + 1)
    if (texts.length > 0) draft.set(member, valueOf(member, texts.length === 1 && member.kind !== 'list' ? texts[0] : texts, call))
  })
  for (const member of parts.options) {
    const value = await optionOf(member, parts, call)
    if (value !== undefined) draft.set(member, value)
  }
  const base = call.given.text('body')
  const missing = parts.members.find(
    (member) => isNeeded(member, parts, call) && !draft.has(member) && (base === undefined || member.place !== 'body'),
  )
  if (missing !== undefined) throw new Failure('usage', `--${flagOf(missing, parts.shape).name} is missing`)
  return { draft, base: base === undefined ? {} : readBody(parts, base, call) }
}

/** A body with a secret in it comes from a file. */
function readBody({ members }: Parts, text: string, { terminal }: Call): Answer {
  if (!text.startsWith('@') && members.some(({ kind }) => kind === 'secret'))
    throw new Failure('usage', 'secrets are not taken from arguments; say --body @FILE')
  return asAnswer(jsonOf('body', text, terminal.cwd))
}

function isNeeded(member: Member, { positionals, shape }: Pick<Parts, 'positionals' | 'shape'>, { given }: Call): boolean {
  if (shape.neededBy?.[member.name]?.(given) === true) return true
  return positionals.includes(member) ? member.isRequired : flagOf(member, shape).isRequired === true
}

async function optionOf(member: Member, parts: Parts, call: Call): Promise<unknown> {
  const { shape } = parts
  const { name } = flagOf(member, shape)
  const given = call.given.value(name)
  if (member.kind === 'secret') {
    if (given === undefined && !isNeeded(member, parts, call)) return undefined
    return readSecret(call.terminal, { what: member.name.replaceAll(/[_-]/g, ' '), flag: name, from: call.given.text(name) })
  }
  return given === undefined ? shape.assumed?.[member.name] : valueOf({ ...member, flag: name }, given, call)
}

function valueOf(member: Member, given: unknown, { terminal }: Call): unknown {
  const texts = Array.isArray(given) ? (given as readonly string[]) : [String(given)]
  switch (member.kind) {
    case 'list':
      return member.isOfNumbers ? texts.map((text) => numberOf(member.flag, text)) : texts
    case 'pairs':
      return pairsOf(member, texts)
    case 'json':
      return jsonOf(member.flag, texts.join(','), terminal.cwd)
    case 'number':
      return numberOf(member.flag, texts.join(','))
    case 'switch':
      return given === true || given === 'true'
    case 'text':
    case 'secret':
      return texts.join(',')
  }
}

function numberOf(flag: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number)) throw new Failure('usage', `--${flag}: "${text}" is no number`)
  return number
}

function pairsOf({ flag, pair }: Member, texts: readonly string[]): unknown {
  const pairs = texts.map((text) => pairOf(flag, text))
  if (pair === undefined) return Object.fromEntries(pairs)
  return pairs.map(([first, second]) => ({ [pair.first]: first, [pair.second]: pair.isNumber ? numberOf(flag, second) : second }))
}

/** The members that were given, over those of `--body`. */
function bodyOf(given: Answer, inside: string | undefined, base: Answer): Answer {
  if (inside === undefined) return { ...base, ...given }
  return { ...base, [inside]: { ...asAnswer(base[inside]), ...given } }
}

/** Puts every value in its place, with ids for names. @param base - what `--body` holds */
async function withIds({ operation, shape, members }: Parts, session: Session, { draft, base }: Read): Promise<Input> {
  const input: Record<'params' | 'query' | 'headers' | 'body', Record<string, unknown>> = { params: {}, query: {}, headers: {}, body: {} }
  const inside = members.find(({ place }) => place === 'body')?.inside
  for (const [name, value] of Object.entries(shape.fixed ?? {})) {
    const place = membersOf(operation).find((member) => member.name === name)?.place ?? 'body'
    input[place][name] = value
  }
  for (const [member, value] of draft) {
    const kind = kindOfMember(operation.noun, member.name)
    input[member.place][member.name] = kind === undefined || typeof value !== 'string' ? value : await idOf(session, kind, value)
  }
  return { ...input, body: bodyOf(input.body, inside, base) }
}
