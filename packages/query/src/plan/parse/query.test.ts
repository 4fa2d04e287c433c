// Texts become trees by Spark's precedence, or errors at their places; no text does anything else.

import { ServiceError } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExpressionSyntax, QuerySyntax, SelectSyntax } from '../syntax.ts'
import { tokenize } from '../tokens.ts'
import { QueryReader } from './query-reader.ts'
import { readQuery } from './query.ts'

function parse(sql: string): QuerySyntax {
  const reader = new QueryReader(sql, tokenize(sql), readQuery)
  const query = readQuery(reader)
  if (reader.peek().kind !== 'end') throw reader.unexpected()
  return query
}

function select(sql: string): SelectSyntax {
  const { body } = parse(sql)
  if (body.kind !== 'select') throw new Error(`${sql} is no SELECT`)
  return body
}

/** An expression in Polish notation. */
function shape(syntax: ExpressionSyntax): string {
  switch (syntax.kind) {
    case 'binary':
      return `(${syntax.op} ${shape(syntax.left)} ${shape(syntax.right)})`
    case 'not':
    case 'negative':
    case 'bitNot':
    case 'isNull':
      return `(${syntax.kind} ${shape(syntax.operand)})`
    case 'column':
      return syntax.parts.join('.')
    case 'literal':
      return syntax.text
    case 'call':
      return `${syntax.name}(${syntax.args.map(shape).join(' ')})`
    case 'between':
      return `(between ${[syntax.operand, syntax.low, syntax.high].map(shape).join(' ')})`
    default:
      return syntax.kind
  }
}

describe('precedence', () => {
  it.each([
    ['a OR b AND NOT c', '(OR a (AND b (not c)))'],
    ['NOT a = b', '(not (= a b))'],
    ['NOT a IS NULL AND b', '(AND (not (isNull a)) b)'],
    ['a + b * c - d', '(- (+ a (* b c)) d)'],
    ['a || b + c', '(+ (|| a b) c)'],
    ['a & b | c ^ d', '(| (& a b) (^ c d))'],
    ['a = b & c', '(= a (& b c))'],
    ['- a * b', '(* (negative a) b)'],
    ['~ a + b', '(+ (bitNot a) b)'],
    ['a BETWEEN b AND c AND d', '(AND (between a b c) d)'],
    ['a DIV b % c', '(% (DIV a b) c)'],
    ['a <=> b IS NULL', '(isNull (<=> a b))'],
    ['a < b = c', '(= (< a b) c)'],
    ['(a OR b) AND c', '(AND (OR a b) c)'],
    ['NOT a LIKE b OR c', '(OR (not like) c)'],
    ['left(a, 1) + right(b, 1)', '(+ left(a 1) right(b 1))'],
    ['a IS NOT DISTINCT FROM b', '(<=> a b)'],
  ])('%s', (sql, wanted) => {
    expect(shape(select(`SELECT ${sql}`).items[0]?.expression as ExpressionSyntax)).toBe(wanted)
  })

  it('puts INTERSECT before UNION and EXCEPT, which go from left to right', () => {
    const sides = (query: QuerySyntax): string =>
      query.body.kind === 'setOperation' ? `(${sides(query.body.left)} ${query.body.op} ${sides(query.body.right)})` : 's'
    expect(sides(parse('SELECT 1 x UNION SELECT 2 x INTERSECT SELECT 3 x EXCEPT SELECT 4'))).toBe('((s UNION (s INTERSECT s)) EXCEPT s)')
    expect(sides(parse('SELECT 1 x UNION (SELECT 2 x EXCEPT SELECT 3)'))).toBe('(s UNION (s EXCEPT s))')
  })
})

describe('words that are reserved nowhere', () => {
  it.each([
    ['SELECT a window FROM t', ['window']],
    ['SELECT a cube, rollup AS sets FROM t', ['cube', 'sets']],
    ['SELECT `select`, a `from` FROM t', [undefined, 'from']],
    ['SELECT a order FROM t ORDER BY a', ['order']],
    ['SELECT a x FROM t WINDOW w AS (ORDER BY a)', ['x']],
  ])('%s', (sql, aliases) => {
    expect(select(sql).items.map((item) => item.alias)).toEqual(aliases)
  })

  it('tells a column called interval from an interval', () => {
    const kinds = (sql: string): readonly string[] => select(sql).items.map((item) => item.expression.kind)
    expect(kinds("SELECT interval, interval '1' day, interval 1 month 2 days, interval - 1")).toEqual([
      'column',
      'interval',
      'interval',
      'binary',
    ])
  })
})

describe('errors', () => {
  it.each([
    ['SELECT a FROM', 'line 1, column 14: the statement ends too early; expected a name'],
    ['SELECT a,\n  FROM t', 'line 2, column 3: "FROM" is not expected here'],
    ['SELECT a FROM t WHERE', 'line 1, column 22: the statement ends too early'],
    ['SELECT a FROM t GROUP a', 'line 1, column 23: "a" is not expected here'],
    ['SELECT (a', 'line 1, column 10: the statement ends too early; expected ")"'],
    ['SELECT count(*) OVER (PARTITION k) FROM t', 'line 1, column 23: "PARTITION" is not expected here; expected ")"'],
    ['SELECT a FROM t JOIN u ON', 'line 1, column 26: the statement ends too early'],
    ['SELECT CASE WHEN a THEN b', 'line 1, column 26: the statement ends too early; expected END'],
    ['WITH q SELECT 1', 'line 1, column 8: "SELECT" is not expected here; expected "("'],
    ["SELECT a 'x' FROM t", 'line 1, column 10: a string is not expected here'],
    ['SELECT a FROM t WHERE a > all (select 1)', 'ALL (subquery) is not offered'],
    ['SELECT a FROM t WHERE a = ANY (WITH q AS (SELECT 1) SELECT * FROM q)', 'ANY (subquery) is not offered'],
    ['SELECT a FROM t WHERE a <> SOME(SELECT 1)', 'SOME (subquery) is not offered'],
    ['SELECT a FROM t WHERE a LIKE ANY (SELECT b FROM u)', 'ANY (subquery) is not offered'],
  ])('%j', (sql, message) => {
    expect(() => parse(sql)).toThrow(message)
  })

  it('says that nesting goes too deep, long before the stack does', () => {
    const deep = (open: string, close: string): string => `SELECT ${open.repeat(500)}1${close.repeat(500)}`
    for (const sql of [
      deep('(', ')'),
      deep('(SELECT ', ')'),
      deep('CASE WHEN true THEN ', ' END'),
      deep('NOT ', ''),
      deep('- ', ''),
      deep('((SELECT 1) + ', ')'),
    ])
      expect(() => parse(sql)).toThrow(/nested too deeply/)
  })

  it('reads long chains, which are no nesting', () => {
    const chain = parse(`SELECT ${Array.from({ length: 5_000 }, (_none, index) => `a = ${index}`).join(' OR ')}`)
    expect(chain.body.kind).toBe('select')
  })
})

describe('any text', () => {
  const words =
    "SELECT FROM WHERE a b t ( ) , . * + - = < 'x' 1 2.5 AND OR NOT IN LIKE BETWEEN IS NULL CASE WHEN THEN END ELSE JOIN LEFT SEMI ON USING LATERAL VIEW explode AS GROUP BY ROLLUP GROUPING SETS ORDER LIMIT UNION ALL INTERSECT WITH OVER PARTITION ROWS PRECEDING WINDOW PIVOT FOR VALUES INTERVAL DAY -> [ ] DISTINCT FILTER EXISTS CAST int `q` TABLE"
  const pieces = words.split(' ')

  it('ends in a tree or in a ServiceError', () => {
    let trees = 0
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        try {
          parse(`SELECT ${parts.join(' ')}`)
          trees += 1
          return true
        } catch (error) {
          return error instanceof ServiceError
        }
      }),
      { numRuns: 5_000 },
    )
    expect(trees).toBeGreaterThan(10)
  })
})
