// Entries of the catalog for tests.

import { randomUUID } from 'node:crypto'
import {
  type Database,
  type DatabaseId,
  type Job,
  type JobId,
  type ProjectId,
  type QueueId,
  silence,
  type Table,
  type TableId,
} from '@tributary/rules'

/** A database of project `p1`. */
export function sampleDatabase(name: string, projectId = 'p1' as ProjectId): Database {
  return {
    id: randomUUID() as DatabaseId,
    projectId,
    name,
    description: `about ${name}`,
    owner: 'tenant1',
    enterpriseProjectId: '0',
    createdAt: 1_700_000_000_000,
  }
}

/** A table of one column. */
export function sampleTable(database: Database, name: string): Table {
  return {
    id: randomUUID() as TableId,
    projectId: database.projectId,
    databaseId: database.id,
    databaseName: database.name,
    name,
    using: 'jdbc',
    options: { url: 'jdbc:postgresql://10.71.0.5:5432/shop', dbtable: 'public.orders' },
    columns: [{ name: 'id', type: { kind: 'bigint' } }],
    comment: '',
    owner: 'tenant1',
    createdAt: 1_700_000_000_000,
  }
}

/** A query of project `p1` that waits for its runner. */
export function sampleJob(over: Partial<Job> = {}): Job {
  return {
    id: randomUUID() as JobId,
    projectId: 'p1' as ProjectId,
    queueId: 'q1-id' as QueueId,
    queueName: 'q1',
    type: 'QUERY',
    mode: 'async',
    state: 'LAUNCHING',
    statement: 'select 1',
    currentDatabase: 'default',
    sentDatabase: '',
    tableName: '',
    owner: 'tenant1',
    tags: [{ key: 'a', value: 'b' }],
    message: silence,
    startedAt: 1_700_000_000_000,
    endedAt: undefined,
    columns: [{ name: '1', type: { kind: 'int' } }],
    resultRows: 0,
    inputRows: 0,
    inputBytes: 0,
    progress: 0,
    outputBytes: 0,
    cpuMs: 0,
    badRows: 0,
    tasks: 0,
    finishedTasks: 0,
    ...over,
  }
}
