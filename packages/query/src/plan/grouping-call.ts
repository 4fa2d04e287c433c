// grouping() and grouping_id(): which columns of GROUP BY a row is a total over.

import { ServiceError, say } from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import type { Scope } from './scope.ts'

/** Resolves one of both. @throws {ServiceError} `semantic` without grouping sets, and for what is not grouped by */
export function groupingCall(name: 'grouping' | 'grouping_id', args: readonly Bound[], { groupingKeys }: Scope): Bound {
  if (groupingKeys === undefined) throw new ServiceError('semantic', say`${name}() can only be used with GroupingSets/Cube/Rollup`)
  if (name === 'grouping' && args.length !== 1)
    throw new ServiceError('semantic', say`Invalid number of arguments for function ${name}. Expected: ${1}; Found: ${args.length}`)
  const keys = args.length === 0 ? groupingKeys : args.map((arg) => arg.sql)
  const stranger = args.find((arg) => !groupingKeys.includes(arg.sql))
  if (stranger !== undefined)
    throw new ServiceError('semantic', say`Columns of ${name} (${stranger.name}) not found in the grouping columns`)
  if (name === 'grouping_id' && args.length > 0 && keys.join() !== groupingKeys.join())
    throw new ServiceError(
      'semantic',
      say`Columns of grouping_id (${args.map((arg) => arg.name).join(', ')}) does not match grouping columns`,
    )
  const type = name === 'grouping' ? ({ kind: 'tinyint' } as const) : ({ kind: 'bigint' } as const)
  const sql = `CAST(grouping(${keys.join(', ')}) AS ${name === 'grouping' ? 'TINYINT' : 'BIGINT'})`
  return { ...compose({ sql, type }, `${name}(${args.map((arg) => arg.name).join(', ')})`, []), loose: [] }
}
