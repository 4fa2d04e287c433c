// JOIN … ON of two parts of one source: the source joins them, and one reading gives the columns of both.
//
//   (⟦orders⟧ AS r0 LEFT JOIN ⟦customers⟧ AS r1 ON r0.c1 = r1.c0)   →   ⟦orders left join customers⟧ AS r2, where r0.c1 is r2.c1 and r1.c0 is r2.c4

import { say } from '@tributary/rules'
import { placeholder } from '../placeholder.ts'
import { pairsOf, type Sides } from '../resolve-join.ts'
import { scopeOf, type Relation, type Resolving } from '../resolving.ts'
import type { RelationSyntax } from '../syntax.ts'
import { type Meeting, meetKeys } from './meet-keys.ts'
import { conjuncts, readEquality, readExpression } from './read-expression.ts'
import { besides, fieldsOfReading, isSameSource, movedBehind, queryOf, type Pushing, type RemotePart, tablesOf } from './remote-part.ts'
import type { RemoteExpression } from './remote-query.ts'
import { building, Stays } from './stays.ts'

/** The two parts that a join brings together. */
interface Joining {
  readonly type: 'inner' | 'left' | 'semi' | 'anti'
  readonly left: RemotePart
  readonly right: RemotePart
  readonly on: readonly RemoteExpression[]
}

type Join = Extract<RelationSyntax, { kind: 'join' }>

/** A join as it is done here. */
export interface JoinedHere {
  readonly sides: Sides
  readonly joined: Relation
}

/** Lets the source join where it can. @returns what stands in the join's place; the same where it stays */
export function joinSides(syntax: Join, { sides, joined }: JoinedHere, resolving: Resolving): Relation {
  const { type, condition } = syntax
  const { pushing } = resolving
  if (pushing === undefined || condition.kind === 'none') return joined
  const there = joinThere(syntax, { sides, joined }, resolving)
  if (there !== undefined) return there
  const narrowed = narrowedBy[type]
  const relation = { sql: joined.sql, fields: [...sides.left.fields, ...sides.right.fields] }
  const equal = pairsOf(condition, sides)
  if (narrowed !== undefined)
    meetKeys(
      {
        condition: condition.kind === 'on' ? condition.expression : undefined,
        equal,
        relation,
        leftFields: sides.left.fields.length,
        narrowed,
      },
      pushing,
    )
  return joined
}

const narrowedBy: Readonly<Partial<Record<Join['type'], Meeting['narrowed']>>> = {
  inner: 'both',
  semi: 'both',
  left: 'right',
  anti: 'right',
  right: 'left',
}

/** @returns nothing where the join stays here */
function joinThere({ type, condition }: Join, { sides, joined }: JoinedHere, resolving: Resolving): Relation | undefined {
  const [left, right] = [sides.left.remote, sides.right.remote]
  const { pushing } = resolving
  if (pushing === undefined || left === undefined || right === undefined || condition.kind === 'none') return undefined
  if (!isSameSource(left, right)) return undefined
  const built = building(() => {
    if (type === 'right' || type === 'full' || type === 'cross') throw new Stays(say`a join that keeps rows of its right side is done here`)
    const at = {
      scope: scopeOf([...sides.left.fields, ...sides.right.fields]),
      clause: 'JOIN',
      aggregates: 'forbidden',
      aliases: undefined,
      subquery: undefined,
    } as const
    const reading = { at, columns: besides(left, right).columns, allowsAggregates: false }
    const on = [
      ...conjuncts(condition.kind === 'on' ? condition.expression : undefined).map((part) => readExpression(part, reading)),
      ...pairsOf(condition, sides).map((pair) => readEquality(pair, reading)),
    ]
    return readingOf(joinedPart({ type, left, right, on }), joined, { pushing, newAlias: resolving.newAlias })
  })
  if (built.is === 'pushed') return built.thing
  pushing.note([...left.handles, ...right.handles], built.why)
  return undefined
}

/** Rows that meet by equal values alone: a product of two tables is larger than both. */
function joinedPart({ type, left, right, on }: Joining): RemotePart {
  if (!on.some((condition) => meets(condition, left.tables.length))) throw new Stays(say`a join without equal columns is done here`)
  const both = besides(left, right)
  if (type === 'inner') return { ...both, filter: [...both.filter, ...on] }
  const moved = movedBehind(left, right)
  if (type !== 'left') return { ...both, from: left.from, filter: [...left.filter, meeting(type, moved, on)], columns: left.columns }
  const join = { kind: 'leftJoin', left: left.from, right: moved.from, on: [...on, ...moved.filter] } as const
  return { ...both, from: [join], filter: left.filter }
}

function meeting(type: 'semi' | 'anti', { from, filter }: RemotePart, on: readonly RemoteExpression[]): RemoteExpression {
  const inside = { from, filter: [...filter, ...on], groupBy: undefined, having: [] } as const
  const exists = { kind: 'exists', inside, type: { kind: 'boolean' } } as const
  return type === 'semi' ? exists : { kind: 'not', operand: exists, type: exists.type }
}

/** Whether a condition says that something of the tables before a position equals something of those behind it. */
export function meets(condition: RemoteExpression, position: number): boolean {
  if (condition.kind !== 'comparison' || condition.op !== '=') return false
  const [one, other] = [condition.left, condition.right].map((side) => [...tablesOf(side)]) as [number[], number[]]
  if (one.length === 0 || other.length === 0) return false
  const before = (table: number): boolean => table < position
  return (one.every(before) && !other.some(before)) || (!one.some(before) && other.every(before))
}

/** One reading in the place of a relation. @throws {Stays} where the source does not take the query */
export function readingOf(
  part: RemotePart,
  { fields }: Relation,
  { pushing, newAlias }: { readonly pushing: Pushing; readonly newAlias: () => string },
): Relation {
  const query = queryOf(part, fields)
  const why = pushing.offer(query)
  if (why !== undefined) throw new Stays(why)
  const handle = pushing.read(query)
  const alias = newAlias()
  return { sql: `${placeholder(handle)} AS ${alias}`, ...fieldsOfReading(part, fields, { alias, handle }) }
}
