// Calls with lambdas: the variables of a lambda are columns of a scope of their own, around which the select's stands.

import { ServiceError, say } from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import { higherOrderFunctions, isLambda, type Lambda, type Variable } from './functions/lambdas.ts'
import type { Field, Scope } from './scope.ts'
import type { Surroundings } from './surroundings.ts'
import type { CallSyntax, ExpressionSyntax } from './syntax.ts'

type LambdaSyntax = Extract<ExpressionSyntax, { kind: 'lambda' }>

/** A lambda with what its last reading depended on and was called. */
interface ReadLambda extends Lambda {
  readonly last: () => Bound
}

/** Deepest lambda inside of others. */
const maxDepth = 8

/**
 * Resolves a call one of whose arguments is a lambda.
 * @param resolve - of expressions, in any surroundings
 * @throws {ServiceError} `semantic`, `unsupported`
 */
export function higherOrderCall(
  syntax: CallSyntax,
  at: Surroundings,
  resolve: (syntax: ExpressionSyntax, at: Surroundings) => Bound,
): Bound {
  const { name } = syntax
  const entry = higherOrderFunctions[name] as (typeof higherOrderFunctions)[string]
  const args = syntax.args.map((arg) => (arg.kind === 'lambda' ? readLambda(arg, at, resolve) : resolve(arg, at)))
  const rewritten = entry.rewrite(args)
  const parts = args.map((arg) => (isLambda(arg) ? arg.last() : arg))
  // Without its last lambda, aggregate gives what it has gathered.
  const names = [...parts.map((part) => part.name), ...(name === 'aggregate' && parts.length === 3 ? [identity] : [])]
  return compose(rewritten, `${name}(${names.join(', ')})`, parts)
}

const variableName = 'namedlambdavariable()'
const identity = `lambdafunction(${variableName}, ${variableName})`

function readLambda(syntax: LambdaSyntax, at: Surroundings, resolve: (syntax: ExpressionSyntax, at: Surroundings) => Bound): ReadLambda {
  const depth = (at.lambdas ?? 0) + 1
  if (depth > maxDepth) throw new ServiceError('exhausted', say`the statement is nested too deeply; split it`)
  let last: Bound | undefined
  const body = (variables: readonly Variable[]): Bound => {
    const fields: readonly Field[] = variables.map(({ sql, type }, index) => ({
      name: syntax.parameters[index] as string,
      sql,
      type,
      qualifiers: [],
      shown: variableName,
    }))
    const scope: Scope = { fields, outer: at.scope, groups: at.scope.groups }
    const inner: Surroundings = {
      ...at,
      scope,
      lambdas: depth,
      aliases: undefined,
      subquery: undefined,
      aggregates: 'forbidden',
      clause: say`a lambda`,
    }
    const bound = resolve(syntax.body, inner)
    const loose = bound.loose.filter((entry) => entry.scope !== fields)
    last = { ...bound, loose, name: `lambdafunction(${[bound.name, ...syntax.parameters.map(() => variableName)].join(', ')})` }
    return last
  }
  return {
    kind: 'lambda',
    count: syntax.parameters.length,
    name: (index) => `l${depth}_${index}`,
    body,
    last: () => {
      if (last === undefined) throw new TypeError('a lambda was never read')
      return last
    },
  }
}
