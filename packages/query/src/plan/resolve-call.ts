// Calls: functions of rows, of groups, of windows, and those that take a lambda.

import { ServiceError, say } from '@tributary/rules'
import { compose, constantOf, type Bound } from './bound.ts'
import { higherOrderFunctions } from './functions/lambdas.ts'
import { timestampAdd, timestampDifference } from './functions/dates.ts'
import { aggregates, countedRow, functions } from './functions/offered.ts'
import { windowFunctions } from './functions/windows.ts'
import { groupingCall } from './grouping-call.ts'
import { intervalSequence } from './interval-sequence.ts'
import { ilike, like } from './like.ts'
import { higherOrderCall } from './resolve-lambda.ts'
import { resolveWindow, type Window, type WindowNeeds } from './resolve-window.ts'
import { columnOf, findColumn } from './scope.ts'
import type { Resolving, Surroundings } from './surroundings.ts'
import type { CallSyntax, ExpressionSyntax, WindowSyntax } from './syntax.ts'

/**
 * Resolves a call of any kind.
 * @throws {ServiceError} `unsupported` for a function that is not offered, `semantic` for arguments that Spark refuses
 */
export function resolveCall(syntax: CallSyntax, at: Surroundings, resolving: Resolving): Bound {
  const resolve = (part: ExpressionSyntax): Bound => resolving.expression(part, at)
  const { name } = syntax
  if (name === 'grouping' || name === 'grouping_id') return groupingCall(name, syntax.args.map(resolve), at.scope)
  if (syntax.over !== undefined && Object.hasOwn(windowFunctions, name)) return windowCall(syntax, at, resolving)
  if (Object.hasOwn(aggregates, name)) return aggregate(syntax, at, resolving)
  const unit = unitOf(syntax)
  if (unit !== undefined) return unitCall(syntax, unit, resolve)
  const step = name === 'sequence' && syntax.args.length === 3 ? syntax.args[2] : undefined
  if (step?.kind === 'interval')
    return intervalSequence(resolve(syntax.args[0] as ExpressionSyntax), resolve(syntax.args[1] as ExpressionSyntax), step)
  if (name === 'current_database' && syntax.args.length === 0 && at.currentDatabase !== undefined)
    return constantOf({ kind: 'string' }, at.currentDatabase, 'current_database()')
  if (takesLambda(syntax)) return higherOrderCall(syntax, at, resolving.expression)
  if ((name === 'like' || name === 'ilike') && syntax.args.length === 2) return likeCall(name, syntax.args.map(resolve))
  const entry = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (entry === undefined) throw new ServiceError('unsupported', say`function ${name} is not offered`)
  if (syntax.over !== undefined || syntax.filter !== undefined || syntax.ignoreNulls !== undefined)
    throw new ServiceError('semantic', say`${name} is no aggregate function: FILTER, OVER and IGNORE NULLS do not go with it`)
  if (syntax.distinct) throw new ServiceError('semantic', say`DISTINCT specified, but ${name} is not an aggregate function`)
  checkArity(name, syntax.args.length, entry.arity)
  const args = syntax.args.map((arg, index) => titledArgument(resolve(arg), syntax.argNames?.[index]))
  const title = entry.title?.(args) ?? `${name}(${args.map((arg) => arg.name).join(', ')})`
  return compose(entry.rewrite(args), title, args)
}

/** array_sort comes without a lambda, too. */
function takesLambda({ name, args }: CallSyntax): boolean {
  return Object.hasOwn(higherOrderFunctions, name) && (!Object.hasOwn(functions, name) || args.some((arg) => arg.kind === 'lambda'))
}

function likeCall(name: 'like' | 'ilike', [value, pattern]: readonly Bound[]): Bound {
  return name === 'like' ? like(value as Bound, pattern as Bound) : ilike(value as Bound, pattern as Bound)
}

/** The unit that `dateadd(DAY, 3, d)` and its kind name first. */
function unitOf({ name, args }: CallSyntax): string | undefined {
  const [first] = args
  if (args.length !== 3 || first?.kind !== 'column' || first.parts.length !== 1 || !Object.hasOwn(unitCalls, name)) return undefined
  return first.parts[0]
}

const unitCalls: Readonly<Record<string, 'timestampadd' | 'timestampdiff'>> = {
  date_add: 'timestampadd',
  dateadd: 'timestampadd',
  timestampadd: 'timestampadd',
  date_diff: 'timestampdiff',
  datediff: 'timestampdiff',
  timestampdiff: 'timestampdiff',
}

function unitCall({ name, args }: CallSyntax, unit: string, resolve: (syntax: ExpressionSyntax) => Bound): Bound {
  const called = unitCalls[name] as 'timestampadd' | 'timestampdiff'
  const [one, other] = args.slice(1).map(resolve) as [Bound, Bound]
  const rewritten = called === 'timestampadd' ? timestampAdd(unit, one, other) : timestampDifference(unit, one, other)
  return compose(rewritten, `${called}(${unit}, ${one.name}, ${other.name})`, [one, other])
}

/** `struct(a AS x)`: the name of a field. */
function titledArgument(value: Bound, name: string | undefined): Bound {
  return name === undefined ? value : { ...value, name: `${value.name} AS ${name}`, columnName: name }
}

function checkArity(name: string, count: number, [least, most]: readonly [number, number]): void {
  if (count >= least && count <= most) return
  const wanted = least === most ? least : say`${least} to ${most}`
  throw new ServiceError('semantic', say`Invalid number of arguments for function ${name}. Expected: ${wanted}; Found: ${count}`)
}

function aggregate(syntax: CallSyntax, at: Surroundings, resolving: Resolving): Bound {
  const { name, distinct } = syntax
  const isWindow = syntax.over !== undefined
  if (at.aggregates === 'forbidden' && !isWindow)
    throw new ServiceError('semantic', say`aggregate function ${name} is not allowed in ${at.clause}`)
  const entry = aggregates[name] as (typeof aggregates)[string]
  checkArity(name, syntax.args.length, entry.arity)
  if (distinct && !entry.takesDistinct) throw new ServiceError('unsupported', say`${name} with DISTINCT is not offered`)
  if (syntax.filter !== undefined && isWindow)
    throw new ServiceError('semantic', say`window aggregate function with filter predicate is not supported yet.`)
  if (distinct && isWindow) throw new ServiceError('semantic', say`Distinct window functions are not supported: ${name}`)
  const inner = isWindow ? { ...at, windows: undefined } : aggregatedSurroundings(name, at)
  const args = syntax.args.map((arg) => aggregateArgument(arg, name, { at: inner, resolving }))
  const filter = syntax.filter === undefined ? undefined : resolving.condition(syntax.filter, inner)
  const window = isWindow ? windowOf(syntax, { name, frame: 'any', frameName: undefined, needsOrder: false }, { at, resolving }) : undefined
  const rewritten = entry.rewrite(args, {
    distinct,
    over: `${filterText(filter, at)}${window?.sql ?? ''}`,
  })
  const parts = [...args, ...(filter === undefined ? [] : [filter]), ...(window?.parts ?? [])]
  const names = args.map((arg, index) => `${distinct && index === 0 ? 'DISTINCT ' : ''}${arg.name}`)
  const title = `${entry.title?.(names) ?? `${name}(${names.join(', ')})`}${filter === undefined ? '' : ` FILTER (WHERE ${filter.name})`}`
  if (window !== undefined) return compose(rewritten, `${title} ${window.name}`, parts)
  const outer = parts.flatMap((part) => part.loose).filter((entry) => entry.scope !== at.scope.fields)
  if (outer.length > 0)
    throw new ServiceError('unsupported', say`an aggregate over a column of the query around it (${outer[0]?.name ?? name}) is not offered`)
  // Every aggregate reads rows of its own select: its arguments are no longer loose.
  return { ...compose(rewritten, title, []), hasAggregate: true }
}

function filterText(filter: Bound | undefined, at: Surroundings): string {
  const conditions = [...(at.filter === undefined ? [] : [at.filter]), ...(filter === undefined ? [] : [filter.sql])]
  return conditions.length === 0 ? '' : ` FILTER (WHERE ${conditions.join(' AND ')})`
}

/** Inside of an aggregate stand rows, not groups; an alias that hides a column would be read differently by different rules of Spark. */
function aggregatedSurroundings(name: string, at: Surroundings): Surroundings {
  return { ...at, aggregates: 'forbidden', windows: undefined, clause: say`the argument of ${name}`, aliases: hiddenAliases(at) }
}

function windowOf(
  syntax: CallSyntax,
  needs: WindowNeeds,
  { at, resolving }: { readonly at: Surroundings; readonly resolving: Resolving },
): Window {
  if (at.windows === undefined)
    throw new ServiceError('semantic', say`It is not allowed to use window functions inside ${at.clause}: ${needs.name}`)
  const inner: Surroundings = { ...at, windows: undefined }
  return resolveWindow(syntax.over as WindowSyntax, needs, { resolve: (part) => resolving.expression(part, inner), named: at.windows })
}

function windowCall(syntax: CallSyntax, at: Surroundings, resolving: Resolving): Bound {
  const { name } = syntax
  const entry = windowFunctions[name] as (typeof windowFunctions)[string]
  if (syntax.distinct || syntax.filter !== undefined)
    throw new ServiceError('semantic', say`${name} takes neither DISTINCT nor FILTER behind OVER`)
  if (syntax.ignoreNulls !== undefined && !entry.takesNulls)
    throw new ServiceError('semantic', say`Function ${name} does not support IGNORE NULLS`)
  checkArity(name, syntax.args.length, entry.arity)
  const args = syntax.args.map((arg) => resolving.expression(arg, { ...at, windows: undefined }))
  const window = windowOf(
    syntax,
    { name, frame: entry.frame, frameName: entry.frameName?.(args), needsOrder: entry.needsOrder },
    { at, resolving },
  )
  const ignoreNulls = syntax.ignoreNulls === true
  const title = `${entry.title(args, ignoreNulls)} ${window.name}`
  return compose(entry.rewrite(args, { over: window.sql, ignoreNulls }), title, [...args, ...window.parts])
}

function aggregateArgument(
  syntax: ExpressionSyntax,
  name: string,
  { at, resolving }: { readonly at: Surroundings; readonly resolving: Resolving },
): Bound {
  if (syntax.kind === 'star') {
    if (name === 'count' && syntax.table === undefined) return countedRow
    throw new ServiceError('unsupported', say`${name}(${syntax.table ?? ''}*) is not offered`)
  }
  return resolving.expression(syntax, at)
}

function hiddenAliases(at: Surroundings): Surroundings['aliases'] {
  const { aliases } = at
  if (aliases === undefined) return undefined
  const find = (name: string): Bound | undefined => {
    const alias = aliases.find(name)
    const field = findColumn(at.scope, [name])
    if (alias !== undefined && field !== undefined && alias.sql !== field.field.sql)
      throw new ServiceError('unsupported', say`${name} is both a column and an alias here; give the alias another name`)
    return field === undefined ? undefined : columnOf(field.field, field.scope, name)
  }
  return { find, areFirst: true }
}
