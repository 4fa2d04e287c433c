// Filters of the job list: what each form of them means, and what is refused.

import { describe, expect, it } from 'vitest'
import { checkJobFilter, maxStatementPart } from './job-filter.ts'

describe('the filters of a job list', () => {
  it('are none, newest first, when nothing is sent', () => {
    const nothing = checkJobFilter({})
    expect(nothing).toEqual({
      types: undefined,
      states: undefined,
      id: undefined,
      queueName: undefined,
      databaseName: undefined,
      tableName: undefined,
      statementPart: undefined,
      owner: undefined,
      from: undefined,
      until: undefined,
      tags: [],
      order: 'startDesc',
    })
    expect(checkJobFilter({ type: '', types: '', status: '', id: '', queueName: '', statementPart: '', engine: '', order: '' })).toEqual(
      nothing,
    )
  })

  it.each([
    [{ type: 'ALL' }, undefined],
    [{ type: 'query' }, ['QUERY']],
    [{ types: 'QUERY, ddl,' }, ['QUERY', 'DDL']],
    [{ types: 'ALL,DDL' }, undefined],
    [{ type: 'DDL', types: 'QUERY,DDL' }, ['DDL']],
    [{ type: 'ALL', types: 'DCL' }, ['DCL']],
    [{ type: 'INSERT', types: 'QUERY' }, []],
    [{ engine: 'hetuEngine' }, []],
    [{ engine: 'Spark', type: 'DDL' }, ['DDL']],
  ])('types are an intersection: %j', (draft, types) => {
    expect(checkJobFilter(draft).types).toEqual(types)
  })

  it.each([
    ['finished', ['FINISHED']],
    ['FINISH', ['FINISHED']],
    ['SCALING', []],
    ['all', undefined],
  ])('status %s', (status, states) => {
    expect(checkJobFilter({ status }).states).toEqual(states)
  })

  it('names are compared in lower case, the owner as it is', () => {
    const filter = checkJobFilter({ queueName: 'Q1', databaseName: 'DB', tableName: 'T', owner: 'Bob', order: 'duration_asc' })
    expect(filter).toMatchObject({ queueName: 'q1', databaseName: 'db', tableName: 't', owner: 'Bob', order: 'durationAsc' })
  })

  it.each([
    { type: 'SELECT' },
    { types: 'QUERY,nope' },
    { status: 'DONE' },
    { engine: 'flink' },
    { order: 'name_asc' },
    { order: 'constructor' },
    { statementPart: 'x'.repeat(maxStatementPart + 1) },
  ])('%j is refused', (draft) => {
    expect(() => checkJobFilter(draft)).toThrow(expect.objectContaining({ kind: 'invalid' }))
    expect(checkJobFilter({ statementPart: 'x'.repeat(maxStatementPart) }).statementPart).toHaveLength(maxStatementPart)
  })
})
