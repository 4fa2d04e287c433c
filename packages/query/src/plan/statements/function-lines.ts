// What SHOW FUNCTIONS and DESCRIBE FUNCTION tell: the names of the functions on offer, and how many arguments they take.

import { ServiceError, say } from '@tributary/rules'
import { anyCount } from '../functions/function.ts'
import { generators } from '../functions/generators.ts'
import { higherOrderFunctions } from '../functions/lambdas.ts'
import { aggregates, functions } from '../functions/offered.ts'
import { windowFunctions } from '../functions/windows.ts'

const offered: Readonly<Record<string, object>> = {
  ...functions,
  ...higherOrderFunctions,
  ...aggregates,
  ...windowFunctions,
  ...generators,
}

/** Every function on offer, in order. */
export function functionNames(): readonly string[] {
  return Object.keys(offered).toSorted()
}

/**
 * What is told of one function, line by line.
 * @param name - lower case
 * @throws {ServiceError} `semantic` for a function that is not on offer
 */
export function functionLines(name: string): readonly string[] {
  const found = Object.hasOwn(offered, name) ? offered[name] : undefined
  if (found === undefined) throw new ServiceError('semantic', say`Undefined function: ${name}. SHOW FUNCTIONS lists those on offer`)
  return [`Function: ${name}`, `Usage: ${name} takes ${argumentsOf(found)}`]
}

function argumentsOf(found: object): string {
  if (!('arity' in found)) return 'arguments'
  const [fewest, most] = found.arity as readonly [number, number]
  const count = fewest === most ? String(fewest) : most >= anyCount ? `${fewest} or more` : `${fewest} to ${most}`
  return `${count} ${count === '1' ? 'argument' : 'arguments'}`
}
