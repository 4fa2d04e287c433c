// Values that MySQL would make others of without a word, as strict as it is: they are looked at before they are sent.

import { type Column, ServiceError, say, type Text } from '@tributary/rules'
import type { SourceColumn } from './types.ts'

/** Looks at one value of a column, as text. @throws {ServiceError} `semantic` for one that the column would not keep, naming the column and not the value */
export type CheckText = (text: string) => void

/** Looks at values of a column. */
export interface TextCheck {
  readonly check: CheckText
  /** Where set, only texts of more bytes that end in a space are looked at: for the others MySQL does as it should. */
  readonly mostBytes?: number
}

/** Characters of a `varchar(n)`: spaces behind them are cut off, however strict the session is. */
const bounded = /^varchar\((\d+)\)/i

/**
 * What the values of a column have to be; `undefined` where the source keeps or refuses each by itself.
 * @param native - the column's type as the source writes it, for instance `enum('a','b')`
 */
export function checkTextOf({ name, type }: Column, source: SourceColumn, native: string): TextCheck | undefined {
  const mostCharacters = type.kind === 'string' ? Number(bounded.exec(native)?.[1] ?? Number.NaN) : Number.NaN
  if (Number.isNaN(mostCharacters)) return wholeCheckOf({ name, type }, source, native)
  const check = (text: string): void => {
    if (charactersOf(text) <= mostCharacters || charactersOf(text.replace(/ +$/, '')) > mostCharacters) return
    throw new ServiceError(
      'semantic',
      say`column ${name}: MySQL would cut off spaces behind ${mostCharacters} characters; nothing was written`,
    )
  }
  return { check, mostBytes: mostCharacters }
}

/** As MySQL counts them. */
function charactersOf(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF]/g)?.length ?? 0)
}

function wholeCheckOf(column: Column, source: SourceColumn, native: string): TextCheck | undefined {
  const check = checkOf(column, source, native)
  return check === undefined ? undefined : { check }
}

function checkOf({ name, type }: Column, source: SourceColumn, native: string): CheckText | undefined {
  const refuse = (reason: Text): never => {
    throw new ServiceError('semantic', say`column ${name}: ${reason}; nothing was written`)
  }
  if (source.kind === 'year') return (text) => void (!shortYear.test(text) || refuse(noYear))
  if (type.kind !== 'string') return undefined
  if (source.kind === 'time') return (text) => void (time.test(text) || refuse(noTime))
  if (source.kind === 'decimal') {
    const digits = new RegExp(`^-?\\d+${source.scale > 0 ? `(\\.\\d{1,${source.scale}})?` : ''}$`)
    return (text) => void (digits.test(text) || refuse(say`a text is no decimal with at most ${source.scale} digits behind the point`))
  }
  const [, list, members = ''] = /^(enum|set)\((.*)\)$/is.exec(native) ?? []
  if (list === undefined) return undefined
  const known = new Set(membersOf(members))
  if (list.toLowerCase() === 'enum') return (text) => void (known.has(text) || refuse(noMember))
  const order = [...known]
  return (text) =>
    void (
      text === '' ||
      isInOrder(text.split(','), order) ||
      refuse(text.split(',').every((member) => known.has(member)) ? noOrder : noMember)
    )
}

/** A set gives its members in its own order, each once. */
function isInOrder(members: readonly string[], order: readonly string[]): boolean {
  const places = members.map((member) => order.indexOf(member))
  return places.every((place, index) => place > (places[index - 1] ?? -1))
}

/** Others are read as numbers of seconds, or as dates of which the time is taken. */
const time = /^-?\d{1,3}:[0-5]\d:[0-5]\d(\.\d+)?$/

/** 1 to 99 are read as 2001 to 2069 and 1970 to 1999. */
const shortYear = /^(?:[1-9]|[1-9]\d)$/

const noYear = say`a number from 1 to 99 is no year, as MySQL would make one of 1970 to 2069 of it`
const noTime = say`a text is no time as in [-]HH:MM:SS, with a fraction or without`
/** Digits would be taken for the number of a member, and letters in another case for the member itself. */
const noMember = say`a text is no member of the enum or set at the source, letter by letter`

const noOrder = say`a set gives its members in its own order and each once: write them so`

/** Members as SQL quotes them: a quote twice, and what is written behind a backslash. */
function membersOf(list: string): readonly string[] {
  return [...list.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, quoted = '']) =>
    quoted.replaceAll(/''|\\(.)/gs, (_, letter: string | undefined) => (letter === undefined ? "'" : (escapes[letter] ?? letter))),
  )
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', Z: '\x1a' }
