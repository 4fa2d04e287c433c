// Calls: arguments, FILTER, OVER, and the few functions whose arguments have a grammar of their own.

import { parseValueType, ServiceError, type ValueType } from '@tributary/rules'
import type { CallSyntax, ExpressionSyntax } from '../syntax.ts'
import { type Expressions, startsClause } from './grammar.ts'
import { noQuantifiedQuery, notOffered, type QueryReader } from './query-reader.ts'
import { readWindow } from './window.ts'

/** Functions whose arguments may be named: `struct(a AS x)`. */
const namedArguments = new Set(['struct'])

/** Reads a call behind its name. @param name - in lower case */
export function readCall(reader: QueryReader, name: string, expressions: Expressions): CallSyntax {
  const held = reader.inParentheses(() => readArguments(reader, name, expressions))
  if (reader.isPhrase('WITHIN', 'GROUP')) throw notOffered('WITHIN GROUP')
  const filter = reader.isPhrase('FILTER') && reader.isSymbol('(', 1) ? readFilter(reader, expressions) : undefined
  const ignoreNulls = readNulls(reader) ?? held.ignoreNulls
  const over = reader.accept('OVER') ? readWindow(reader, expressions) : undefined
  return {
    kind: 'call',
    name,
    args: held.args,
    distinct: held.distinct,
    ...(held.names.some((each) => each !== undefined) ? { argNames: held.names } : {}),
    ...(filter === undefined ? {} : { filter }),
    ...(ignoreNulls === undefined ? {} : { ignoreNulls }),
    ...(over === undefined ? {} : { over }),
  }
}

interface Arguments {
  readonly args: readonly ExpressionSyntax[]
  readonly names: readonly (string | undefined)[]
  readonly distinct: boolean
  readonly ignoreNulls: boolean | undefined
}

/** `x > ALL (SELECT …)` reads like a call. */
const quantifiers: ReadonlySet<string> = new Set(['all', 'any', 'some'])

function readArguments(reader: QueryReader, name: string, expressions: Expressions): Arguments {
  const names: (string | undefined)[] = []
  if (reader.isSymbol(')')) return { args: [], names, distinct: false, ignoreNulls: undefined }
  if (quantifiers.has(name) && reader.isQuery()) throw noQuantifiedQuery(name)
  const distinct = reader.accept('DISTINCT')
  if (!distinct && reader.isPhrase('ALL') && !reader.isSymbol(')', 1) && !reader.isSymbol(',', 1)) reader.next()
  const args = reader.list(() => {
    const value = expressions.expression(reader)
    const isNamed = namedArguments.has(name) && !reader.isSymbol(',') && !reader.isSymbol(')')
    names.push(isNamed ? (reader.accept('AS'), reader.name()) : undefined)
    return value
  })
  return { args, names, distinct, ignoreNulls: readNulls(reader) }
}

function readFilter(reader: QueryReader, expressions: Expressions): ExpressionSyntax {
  reader.expect('FILTER')
  return reader.inParentheses(() => {
    reader.expect('WHERE')
    return expressions.expression(reader)
  })
}

function readNulls(reader: QueryReader): boolean | undefined {
  if (reader.accept('IGNORE', 'NULLS')) return true
  return reader.accept('RESPECT', 'NULLS') ? false : undefined
}

/** Reads `CAST(value AS type)` and `TRY_CAST(value AS type)`. @throws {ServiceError} `unsupported` for a type that is not offered */
export function readCast(reader: QueryReader, expressions: Expressions): ExpressionSyntax {
  const kind = reader.isPhrase('TRY_CAST') ? 'tryCast' : 'cast'
  reader.next()
  return reader.inParentheses(() => {
    const operand = expressions.expression(reader)
    reader.expect('AS')
    return { kind, operand, type: readType(reader) }
  })
}

/** A type with everything in its brackets, up to the parenthesis that closes the cast. */
function readType(reader: QueryReader): ValueType {
  let text = ''
  for (let depth = 0; depth > 0 || !reader.isSymbol(')'); ) {
    const token = reader.peek()
    if (token.kind === 'end') throw reader.unexpected('")"')
    const opens = token.kind === 'symbol' && (token.value === '(' || token.value === '<')
    const closes = token.kind === 'symbol' && (token.value === ')' || token.value === '>')
    depth += opens ? 1 : closes ? -1 : 0
    text += `${token.text} `
    reader.next()
  }
  return typeOf(text.trim().replace(/ ?([(),<>:]) ?/g, '$1'))
}

function typeOf(text: string): ValueType {
  try {
    return parseValueType(text)
  } catch (error) {
    throw error instanceof ServiceError ? notOffered(`CAST to ${text.toLowerCase()}`) : error
  }
}

/** Reads calls with words between their arguments; `undefined` where this is none of them. */
export function readSpecialCall(reader: QueryReader, expressions: Expressions): ExpressionSyntax | undefined {
  const read = specialCalls[reader.word()]
  return read?.(reader, expressions)
}

/** Which function trims the end that is named. */
const trimEnds: Readonly<Record<string, string>> = { BOTH: 'trim', LEADING: 'ltrim', TRAILING: 'rtrim' }

type ReadSpecial = (reader: QueryReader, expressions: Expressions) => ExpressionSyntax | undefined

const specialCalls: Readonly<Record<string, ReadSpecial>> = {
  EXTRACT: (reader, { expression }) => {
    if (reader.word(3) !== 'FROM') return undefined
    reader.next()
    return reader.inParentheses(() => {
      const field = reader.name().toUpperCase()
      reader.expect('FROM')
      return { kind: 'extract', field, operand: expression(reader) }
    })
  },
  OVERLAY: (reader, { expression, operand }) => {
    reader.next()
    return reader.inParentheses(() => {
      const text = expression(reader)
      if (!reader.accept('PLACING'))
        return { kind: 'call', name: 'overlay', args: [text, ...readRest(reader, expression)], distinct: false }
      const other = operand(reader)
      reader.expect('FROM')
      const from = operand(reader)
      return {
        kind: 'call',
        name: 'overlay',
        args: [text, other, from, ...(reader.accept('FOR') ? [operand(reader)] : [])],
        distinct: false,
      }
    })
  },
  POSITION: (reader, { expression, operand }) => {
    reader.next()
    return reader.inParentheses(() => {
      const part = operand(reader)
      const isIn = reader.accept('IN')
      const whole = isIn ? [operand(reader)] : readRest(reader, expression)
      return { kind: 'call', name: isIn ? 'locate' : 'position', args: [part, ...whole], distinct: false }
    })
  },
  SUBSTR: readSubstring,
  SUBSTRING: readSubstring,
  TRIM: (reader, { expression }) => {
    const end = trimEnds[reader.word(2)]
    reader.next()
    return reader.inParentheses(() => {
      const isEnded = end !== undefined && !reader.isSymbol(')', 1) && !reader.isSymbol(',', 1)
      if (isEnded) reader.next()
      const name = isEnded ? end : 'trim'
      if (isEnded && reader.accept('FROM')) return { kind: 'call', name, args: [expression(reader)], distinct: false }
      const first = expression(reader)
      const rest = startsClause(reader) && reader.accept('FROM') ? [expression(reader)] : readRest(reader, expression)
      return { kind: 'call', name, args: [first, ...rest], distinct: false }
    })
  },
}

/** `substring(text FROM 2 FOR 3)` is `substring(text, 2, 3)`. */
function readSubstring(reader: QueryReader, { expression, operand }: Expressions): ExpressionSyntax {
  const name = reader.name().toLowerCase()
  return reader.inParentheses(() => {
    const text = expression(reader)
    if (!startsClause(reader) || !reader.accept('FROM'))
      return { kind: 'call', name, args: [text, ...readRest(reader, expression)], distinct: false }
    const start = operand(reader)
    return { kind: 'call', name, args: reader.accept('FOR') ? [text, start, operand(reader)] : [text, start], distinct: false }
  })
}

function readRest(reader: QueryReader, expression: Expressions['expression']): readonly ExpressionSyntax[] {
  return reader.acceptSymbol(',') ? reader.list(() => expression(reader)) : []
}
