// What SHOW FUNCTIONS and DESCRIBE FUNCTION tell: the names of the functions on offer, what they take and give, and a call that Spark has answered.

import { ServiceError, say } from '@tributary/rules'
import examples from '../functions/examples.json' with { type: 'json' }
import { anyCount } from '../functions/function.ts'
import { generators } from '../functions/generators.ts'
import { higherOrderFunctions } from '../functions/lambdas.ts'
import { aggregates, functions } from '../functions/offered.ts'
import { windowFunctions } from '../functions/windows.ts'

/** A call from the recorded cases, Spark's type for it, and its value where it reads no table; tools/function-examples.ts writes them. */
interface FunctionExample {
  readonly call: string
  readonly type: string
  readonly value?: string
}

const offered: Readonly<Record<string, object>> = {
  ...functions,
  ...higherOrderFunctions,
  ...aggregates,
  ...windowFunctions,
  ...generators,
}

const kinds: readonly (readonly [string, object])[] = [
  ['aggregate', aggregates],
  ['function of functions', higherOrderFunctions],
  ['window function', windowFunctions],
  ['function that makes rows', generators],
  ['function', functions],
]

/** Every function on offer, in order. */
export function functionNames(): readonly string[] {
  return Object.keys(offered).toSorted()
}

/**
 * What is told of one function, line by line.
 * @param name - lower case
 * @param extended - whether an example is told too
 * @throws {ServiceError} `semantic` for a function that is not on offer
 */
export function functionLines(name: string, extended: boolean): readonly string[] {
  const found = Object.hasOwn(offered, name) ? offered[name] : undefined
  if (found === undefined) throw new ServiceError('semantic', say`Undefined function: ${name}. SHOW FUNCTIONS lists those on offer`)
  const kind = kinds.find(([, table]) => Object.hasOwn(table, name))?.[0] ?? 'function'
  const usage = [`Function: ${name}`, `Class: ${kind}`, `Usage: ${name}(${signature(found)}) takes ${argumentsOf(found)}`]
  return extended ? [...usage, ...exampleLines(name)] : usage
}

function exampleLines(name: string): readonly string[] {
  const example = (examples as Readonly<Record<string, FunctionExample>>)[name]
  if (example === undefined) return ['Extended Usage: no example is recorded']
  const { call, type, value } = example
  const answer = value === undefined ? [] : [`       ${value}`]
  return [`Returns: ${type}, in the example`, 'Extended Usage:', '    Examples:', `      > SELECT ${call};`, ...answer]
}

function arityOf(found: object): readonly [number, number] | undefined {
  return 'arity' in found ? (found.arity as readonly [number, number]) : undefined
}

/** `a1, a2[, a3]`; `…` where any number may follow. */
function signature(found: object): string {
  const arity = arityOf(found)
  if (arity === undefined) return '…'
  const [fewest, most] = arity
  const needed = Array.from({ length: fewest }, (_each, index) => `a${index + 1}`)
  const more = most >= anyCount ? ['…'] : Array.from({ length: most - fewest }, (_each, index) => `a${fewest + index + 1}`)
  return [...needed, ...more.map((word) => `[${word}]`)].join(', ')
}

function argumentsOf(found: object): string {
  const arity = arityOf(found)
  if (arity === undefined) return 'arguments'
  const [fewest, most] = arity
  const count = fewest === most ? String(fewest) : most >= anyCount ? `${fewest} or more` : `${fewest} to ${most}`
  return `${count} ${count === '1' ? 'argument' : 'arguments'}`
}
