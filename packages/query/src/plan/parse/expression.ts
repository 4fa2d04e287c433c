// Expressions, by Spark's precedence: OR, AND, NOT, predicates, comparisons, |, ^, &, sums, products, signs, and what holds together by itself.

import { ServiceError, say } from '@tributary/rules'
import type { BinaryOperator, CaseBranch, ExpressionSyntax } from '../syntax.ts'
import { readCall, readCast, readSpecialCall } from './call.ts'
import { isIntervalAhead, readInterval } from './interval.ts'
import { type Expressions, startsClause } from './grammar.ts'
import { noQuantifiedQuery, notOffered, type QueryReader } from './query-reader.ts'

/** Reads one expression. @throws {ServiceError} `syntax`, `unsupported`, `exhausted` */
export function readExpression(reader: QueryReader): ExpressionSyntax {
  return reader.deeper(() => readOr(reader))
}

const expressions: Expressions = { expression: readExpression, operand: readComparison }

function readOr(reader: QueryReader): ExpressionSyntax {
  let left = readAnd(reader)
  while (reader.accept('OR')) left = { kind: 'binary', op: 'OR', left, right: readAnd(reader) }
  return left
}

function readAnd(reader: QueryReader): ExpressionSyntax {
  let left = readNot(reader)
  while (reader.accept('AND')) left = { kind: 'binary', op: 'AND', left, right: readNot(reader) }
  return left
}

function readNot(reader: QueryReader): ExpressionSyntax {
  if (reader.accept('NOT') || reader.acceptSymbol('!')) return { kind: 'not', operand: reader.deeper(() => readNot(reader)) }
  return readPredicate(reader)
}

/** `value IS NULL`, `value BETWEEN …`, one behind the other. */
function readPredicate(reader: QueryReader): ExpressionSyntax {
  let operand = readComparison(reader)
  for (;;) {
    if (reader.accept('IS')) operand = readIs(reader, operand)
    else {
      const isNegated = reader.isPhrase('NOT') && predicateWords.has(reader.word(1))
      if (isNegated) reader.next()
      const read = predicates[reader.word()]
      if (read === undefined) return operand
      reader.next()
      operand = read(reader, operand, isNegated)
    }
  }
}

function readIs(reader: QueryReader, operand: ExpressionSyntax): ExpressionSyntax {
  const negated = reader.accept('NOT')
  if (reader.accept('NULL') || reader.accept('UNKNOWN')) return { kind: 'isNull', operand, negated }
  if (reader.accept('TRUE')) return { kind: 'isBoolean', operand, value: true, negated }
  if (reader.accept('FALSE')) return { kind: 'isBoolean', operand, value: false, negated }
  if (!reader.accept('DISTINCT', 'FROM')) throw reader.unexpected('NULL')
  const same: ExpressionSyntax = { kind: 'binary', op: '<=>', left: operand, right: readComparison(reader) }
  return negated ? same : { kind: 'not', operand: same }
}

type ReadPredicate = (reader: QueryReader, operand: ExpressionSyntax, negated: boolean) => ExpressionSyntax

const predicates: Readonly<Record<string, ReadPredicate>> = {
  BETWEEN: (reader, operand, negated) => {
    const low = readComparison(reader)
    reader.expect('AND')
    return { kind: 'between', operand, low, high: readComparison(reader), negated }
  },
  IN: readIn,
  LIKE: readLike,
  ILIKE: (reader, operand, negated) => matching(reader, { name: 'ilike', operand, negated }),
  RLIKE: (reader, operand, negated) => matching(reader, { name: 'rlike', operand, negated }),
  REGEXP: (reader, operand, negated) => matching(reader, { name: 'rlike', operand, negated }),
}
const predicateWords = new Set(Object.keys(predicates))

function readIn(reader: QueryReader, operand: ExpressionSyntax, negated: boolean): ExpressionSyntax {
  const query = reader.queryInParentheses()
  if (query !== undefined) return { kind: 'inQuery', operand, query, negated }
  if (reader.isSymbol('(') && reader.isSymbol(')', 1)) throw new ServiceError('syntax', say`IN () has no values; write at least one`)
  const items = reader.inParentheses(() => reader.list(() => readExpression(reader)))
  return { kind: 'inList', operand, items, negated }
}

function readLike(reader: QueryReader, operand: ExpressionSyntax, negated: boolean): ExpressionSyntax {
  const quantifier = quantifierAhead(reader)
  if (quantifier !== undefined) {
    reader.next()
    const patterns = reader.inParentheses(() => {
      if (reader.isQuery()) throw noQuantifiedQuery(quantifier)
      return reader.list(() => readExpression(reader))
    })
    return { kind: 'likeList', operand, patterns, quantifier: quantifier === 'ALL' ? 'all' : 'any', negated }
  }
  const pattern = readComparison(reader)
  const escape = reader.accept('ESCAPE') ? reader.string() : undefined
  if (escape !== undefined && !/^.$/su.test(escape))
    throw new ServiceError('syntax', say`ESCAPE takes a string of one character; '${escape}' is not`)
  const like: ExpressionSyntax = { kind: 'like', operand, pattern, ...(escape === undefined ? {} : { escape }) }
  return negated ? { kind: 'not', operand: like } : like
}

interface Matching {
  readonly name: string
  readonly operand: ExpressionSyntax
  readonly negated: boolean
}

function matching(reader: QueryReader, { name, operand, negated }: Matching): ExpressionSyntax {
  const quantifier = quantifierAhead(reader)
  if (quantifier !== undefined) throw notOffered(`${name.toUpperCase()} ${quantifier}`)
  const call: ExpressionSyntax = { kind: 'call', name, args: [operand, readComparison(reader)], distinct: false }
  return negated ? { kind: 'not', operand: call } : call
}

function quantifierAhead(reader: QueryReader): string | undefined {
  return ['ANY', 'SOME', 'ALL'].find((each) => reader.isPhrase(each) && reader.isSymbol('(', 1))
}

/** From loose to tight; each level is read from left to right. */
const levels: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { '=': '=', '==': '=', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=', '<=>': '<=>' },
  { '|': '|' },
  { '^': '^' },
  { '&': '&' },
  { '+': '+', '-': '-', '||': '||' },
  { '*': '*', '/': '/', '%': '%', DIV: 'DIV' },
]

function readComparison(reader: QueryReader): ExpressionSyntax {
  return readLevel(reader, 0)
}

function readLevel(reader: QueryReader, level: number): ExpressionSyntax {
  const operators = levels[level]
  if (operators === undefined) return readSigned(reader)
  let left = readLevel(reader, level + 1)
  for (;;) {
    const token = reader.peek()
    const written = token.kind === 'symbol' ? token.value : reader.word()
    const op = token.kind !== 'quotedName' && Object.hasOwn(operators, written) ? operators[written] : undefined
    if (op === undefined) return left
    reader.next()
    left = { kind: 'binary', op, left, right: readLevel(reader, level + 1) }
  }
}

function readSigned(reader: QueryReader): ExpressionSyntax {
  if (reader.isSymbol('-') && reader.peek(1).kind === 'number') return readBehind(reader, readNegativeNumber(reader))
  if (reader.acceptSymbol('-')) return { kind: 'negative', operand: reader.deeper(() => readSigned(reader)) }
  if (reader.acceptSymbol('~')) return { kind: 'bitNot', operand: reader.deeper(() => readSigned(reader)) }
  if (reader.acceptSymbol('+')) return { kind: 'call', name: 'positive', args: [reader.deeper(() => readSigned(reader))], distinct: false }
  return readBehind(reader, readPrimary(reader))
}

/** A minus right before a number belongs to it: -128Y is a tinyint. */
function readNegativeNumber(reader: QueryReader): ExpressionSyntax {
  reader.next()
  return { kind: 'literal', type: 'number', text: `-${reader.next().value}` }
}

/** `value[index]` and `value.field`, one behind the other. */
function readBehind(reader: QueryReader, primary: ExpressionSyntax): ExpressionSyntax {
  let operand = primary
  for (;;) {
    if (reader.acceptSymbol('[')) {
      const index = readComparison(reader)
      reader.expectSymbol(']')
      operand = { kind: 'subscript', operand, index }
    } else if (reader.isSymbol('.') && operand.kind !== 'star') {
      reader.next()
      const name = reader.name()
      operand = operand.kind === 'column' ? { kind: 'column', parts: [...operand.parts, name] } : { kind: 'field', operand, name }
    } else return operand
  }
}

function readPrimary(reader: QueryReader): ExpressionSyntax {
  const { kind } = reader.peek()
  if (kind === 'number') return { kind: 'literal', type: 'number', text: reader.next().value }
  if (kind === 'string') return { kind: 'literal', type: 'string', text: reader.string() }
  if (reader.isSymbol('(')) return readParentheses(reader)
  if (reader.acceptSymbol('*')) return { kind: 'star', table: undefined }
  if (kind !== 'word' && kind !== 'quotedName') throw reader.unexpected()
  return kind === 'word' ? readWord(reader) : readName(reader)
}

/** `(a)`, `(a, b)`, `(SELECT …)` or `(a, b) -> a + b`. */
function readParentheses(reader: QueryReader): ExpressionSyntax {
  const query = reader.queryInParentheses()
  if (query !== undefined) return { kind: 'scalarQuery', query }
  const items = reader.inParentheses(() => reader.list(() => readExpression(reader)))
  if (reader.isSymbol('->')) return readLambda(reader, items)
  return items.length === 1 ? (items[0] as ExpressionSyntax) : { kind: 'row', items }
}

function readLambda(reader: QueryReader, items: readonly ExpressionSyntax[]): ExpressionSyntax {
  const parameters = items.map((item) => {
    const name = item.kind === 'column' && item.parts.length === 1 ? item.parts[0] : undefined
    if (name === undefined) throw reader.unexpected()
    return name
  })
  reader.expectSymbol('->')
  return { kind: 'lambda', parameters, body: readExpression(reader) }
}

function readWord(reader: QueryReader): ExpressionSyntax {
  const word = reader.word()
  const constant = constants[word]
  if (constant !== undefined && !reader.isSymbol('(', 1) && !reader.isSymbol('.', 1)) {
    reader.next()
    return constant
  }
  if (isIntervalAhead(reader)) return readInterval(reader)
  if (reader.peek(1).kind === 'string' && typedWords.has(word)) return readTyped(reader)
  if (word === 'CASE') return readCase(reader)
  const isCall = reader.isSymbol('(', 1)
  if (isCall && (word === 'CAST' || word === 'TRY_CAST')) return readCast(reader, expressions)
  if (isCall && word === 'EXISTS') {
    reader.next()
    const query = reader.queryInParentheses()
    return query === undefined ? readCall(reader, 'exists', expressions) : { kind: 'exists', query }
  }
  const special = isCall ? readSpecialCall(reader, expressions) : undefined
  return special ?? readName(reader)
}

const constants: Readonly<Record<string, ExpressionSyntax>> = {
  NULL: { kind: 'literal', type: 'null', text: 'NULL' },
  TRUE: { kind: 'literal', type: 'boolean', text: 'true' },
  FALSE: { kind: 'literal', type: 'boolean', text: 'false' },
}

const typedWords = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMP_LTZ', 'TIMESTAMP_NTZ', 'X'])

/** `DATE '2024-01-31'`, `X'1F'`. */
function readTyped(reader: QueryReader): ExpressionSyntax {
  const word = reader.word()
  if (word === 'DATE' || word === 'TIMESTAMP') {
    reader.next()
    return { kind: 'literal', type: word === 'DATE' ? 'date' : 'timestamp', text: reader.string() }
  }
  if (word !== 'X') throw notOffered(say`a ${word.toLowerCase()} constant`)
  reader.next()
  const text = reader.string()
  if (!/^[0-9A-Fa-f]*$/.test(text)) throw new ServiceError('syntax', say`X'${text}' holds more than hexadecimal digits`)
  return { kind: 'literal', type: 'binary', text }
}

function readCase(reader: QueryReader): ExpressionSyntax {
  reader.expect('CASE')
  const operand = reader.isPhrase('WHEN') ? undefined : readExpression(reader)
  const whens: CaseBranch[] = []
  while (reader.accept('WHEN')) {
    const when = readExpression(reader)
    reader.expect('THEN')
    whens.push({ when, result: readExpression(reader) })
  }
  if (whens.length === 0) throw new ServiceError('syntax', say`CASE has no WHEN`)
  const otherwise = reader.accept('ELSE') ? readExpression(reader) : undefined
  reader.expect('END')
  return { kind: 'case', operand, whens, otherwise }
}

/** A column, `t.*`, a call, or the parameter of a lambda. */
function readName(reader: QueryReader): ExpressionSyntax {
  const isCall = reader.isSymbol('(', 1)
  if (startsClause(reader) || (reader.peek().kind === 'word' && neverNames.has(reader.word()) && !isCall)) throw reader.unexpected()
  const parts = [reader.name()]
  if (reader.isSymbol('->')) return readLambda(reader, [{ kind: 'column', parts }])
  while (reader.isSymbol('.')) {
    if (reader.isSymbol('*', 1)) {
      reader.next()
      reader.next()
      return { kind: 'star', table: parts.join('.') }
    }
    reader.next()
    parts.push(reader.name())
  }
  return reader.isSymbol('(') ? readCall(reader, parts.join('.').toLowerCase(), expressions) : { kind: 'column', parts }
}

/** Words that end an expression, or belong to one, and are no names without backticks here. */
const neverNames = new Set('AND AS ASC BETWEEN BY DESC DISTINCT ELSE END IN IS LIKE NOT ON OR OVER RLIKE SELECT THEN USING WHEN'.split(' '))
