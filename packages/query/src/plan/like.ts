// LIKE and ILIKE: patterns with % and _, which are constants.

import { ServiceError, say } from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { functions } from './functions/offered.ts'
import { quoteString } from './spark-types.ts'

/**
 * `value LIKE pattern`. A bad escape is an error in Spark, and is found while planning.
 * @param escape - the character that takes the next one as it is
 * @throws {ServiceError} `semantic` for a bad escape, `unsupported` for a pattern that is no constant
 */
export function like(value: Bound, pattern: Bound, escape = '\\'): Bound {
  const written = likePattern(pattern, escape)
  const sql = `(${castTo(value, { kind: 'string' }).sql} LIKE ${written})`
  const name = `${value.name} LIKE ${pattern.name}${escape === '\\' ? '' : ` ESCAPE '${escape}'`}`
  return compose({ sql, type: { kind: 'boolean' } }, name, [value, pattern])
}

/** `value ILIKE pattern`: both in small letters. */
export function ilike(value: Bound, pattern: Bound): Bound {
  const written = likePattern({ ...pattern, constant: pattern.constant?.toLowerCase() }, '\\')
  const small = (functions['lower'] as (typeof functions)[string]).rewrite([value])
  return compose({ sql: `(${small.sql} LIKE ${written})`, type: { kind: 'boolean' } }, `ilike(${value.name}, ${pattern.name})`, [
    value,
    pattern,
  ])
}

function likePattern(pattern: Bound, escape: string): string {
  const { constant } = pattern
  if (constant === undefined || pattern.type.kind !== 'string')
    throw new ServiceError('unsupported', say`LIKE takes a string constant as its pattern; others are not offered`)
  if (constant.includes('\0')) throw new ServiceError('unsupported', say`${say`the pattern of LIKE`} with a NUL character is not offered`)
  for (let at = constant.indexOf(escape); at >= 0; at = constant.indexOf(escape, at + 2)) {
    const next = constant[at + 1]
    if (next !== '%' && next !== '_' && next !== escape)
      throw new ServiceError(
        'semantic',
        say`the pattern '${constant}' is invalid, the escape character is not allowed to precede or end it so`,
      )
  }
  return `${quoteString(constant)}${constant.includes(escape) ? ` ESCAPE ${quoteString(escape)}` : ''}`
}

/** How `LIKE ANY` and `LIKE ALL` look at their patterns. */
export interface LikeList {
  readonly quantifier: 'any' | 'all'
  /** Whether each pattern is to be missed. */
  readonly negated: boolean
}

/** Text that is like any of several patterns, or like all of them. @throws {ServiceError} as `like` does */
export function likeList(value: Bound, patterns: readonly Bound[], { quantifier, negated }: LikeList): Bound {
  const tests = patterns.map((pattern) => `${negated ? 'NOT ' : ''}${like(value, pattern).sql}`)
  const sql = `(${tests.join(quantifier === 'all' ? ' AND ' : ' OR ')})`
  const name = `${negated ? 'not' : ''}like${quantifier}(${value.name})`
  return compose({ sql, type: { kind: 'boolean' } }, name, [value, ...patterns], true)
}
