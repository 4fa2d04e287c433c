// What a job may be told, and how it moves from state to state.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { JobId, ProjectId, QueueId } from './ids.ts'
import { inWords, say, silence } from './text.ts'
import {
  checkCancel,
  checkJobEngine,
  checkJobTags,
  checkPreview,
  checkQueueRunsSql,
  checkStatementText,
  isFinal,
  type Job,
  type JobEvent,
  type JobState,
  nextJobState,
  parseJobConf,
  restartReason,
  timeLimitReason,
} from './job.ts'

const states: readonly JobState[] = ['LAUNCHING', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED']
const events: readonly JobEvent[] = ['started', 'finished', 'failed', 'cancelled']

function job(over: Partial<Job> = {}): Job {
  return {
    id: 'j1' as JobId,
    projectId: 'p1' as ProjectId,
    queueId: 'q' as QueueId,
    queueName: 'q1',
    type: 'QUERY',
    mode: 'async',
    state: 'FINISHED',
    statement: 'select 1',
    currentDatabase: 'default',
    sentDatabase: '',
    tableName: '',
    owner: 'tenant1',
    tags: [],
    message: silence,
    startedAt: 1,
    endedAt: undefined,
    columns: [],
    resultRows: 0,
    inputRows: 0,
    inputBytes: 0,
    progress: 0,
    ...over,
  }
}

function refusal(run: () => unknown): ServiceError {
  try {
    run()
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('job states', () => {
  it('leave no final state', () => {
    for (const state of states.filter(isFinal)) for (const event of events) expect(nextJobState(state, event)).toBe(state)
    expect(states.filter(isFinal)).toEqual(['FINISHED', 'FAILED', 'CANCELLED'])
  })

  it('go from launching over running to an end', () => {
    expect(nextJobState('LAUNCHING', 'started')).toBe('RUNNING')
    expect(nextJobState('RUNNING', 'finished')).toBe('FINISHED')
    expect(nextJobState('LAUNCHING', 'cancelled')).toBe('CANCELLED')
  })
})

describe('conf', () => {
  it('is asynchronous and without a limit unless it says otherwise', () => {
    expect(parseJobConf([])).toEqual({ ddlAsync: true, timeLimitMs: undefined })
  })

  it('reads known keys with and without blanks, the last one wins', () => {
    expect(parseJobConf(['dli.sql.sqlasync.enabled=false', ' dli.sql.job.timeout =  5 ', 'dli.sql.job.timeout=7'])).toEqual({
      ddlAsync: false,
      timeLimitMs: 7000,
    })
  })

  it('accepts keys that it does not know', () => {
    expect(parseJobConf(['dli.sql.shuffle.partitions = 200', 'spark.x = a = b', 'k='])).toEqual({ ddlAsync: true, timeLimitMs: undefined })
  })

  it.each([
    'nonsense',
    '= 3',
    'dli.sql.sqlasync.enabled = maybe',
    'dli.sql.job.timeout = 0',
    'dli.sql.job.timeout = -1',
    'dli.sql.job.timeout = 1.5',
    'dli.sql.job.timeout = 1e3',
    'dli.sql.job.timeout = 99999999999',
  ])('refuses %j', (line) => {
    expect(refusal(() => parseJobConf([line])).kind).toBe('invalid')
  })

  it('never repeats an entry in its errors', () => {
    expect(refusal(() => parseJobConf(['a=b', 'canary-1 canary-2'])).message).toBe('entry 2 of conf is not "key = value"')
  })
})

describe('submitting', () => {
  it('names the remedy for engines and queues that are not offered', () => {
    expect(checkJobEngine('Spark')).toBeUndefined()
    expect(checkJobEngine('')).toBeUndefined()
    expect(refusal(() => checkJobEngine('hetuEngine')).kind).toBe('unsupported')
    expect(refusal(() => checkJobEngine('hetuEngine')).message).toContain('spark')
    expect(refusal(() => checkQueueRunsSql({ name: 'g1', type: 'general' })).kind).toBe('unsupported')
    expect(checkQueueRunsSql({ name: 'q1', type: 'sql' })).toBeUndefined()
  })

  it('wants a text', () => {
    expect(refusal(() => checkStatementText(' \n')).kind).toBe('invalid')
    expect(refusal(() => checkStatementText(`select '${'x'.repeat(600_000)}'`)).kind).toBe('invalid')
    expect(checkStatementText('select 1')).toBeUndefined()
  })

  it('bounds tags', () => {
    expect(checkJobTags([{ key: 'workspace', value: '' }])).toBeUndefined()
    expect(refusal(() => checkJobTags([{ key: '', value: 'v' }])).kind).toBe('invalid')
    expect(
      refusal(() =>
        checkJobTags([
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ]),
      ).kind,
    ).toBe('invalid')
    expect(refusal(() => checkJobTags(Array.from({ length: 21 }, (_, at) => ({ key: `k${at}`, value: '' })))).kind).toBe('invalid')
  })
})

describe('cancelling', () => {
  it('is for jobs that have not ended', () => {
    expect(checkCancel(job({ state: 'LAUNCHING' }))).toBeUndefined()
    expect(checkCancel(job({ state: 'RUNNING' }))).toBeUndefined()
    expect(refusal(() => checkCancel(job({ state: 'FAILED' }))).message).toContain('FAILED')
  })
})

describe('a preview', () => {
  it('is for finished queries', () => {
    expect(checkPreview(job(), 1000)).toBeUndefined()
    expect(refusal(() => checkPreview(job({ type: 'DDL' }), 1000)).kind).toBe('unsupported')
    expect(refusal(() => checkPreview(job({ state: 'RUNNING' }), 1000)).kind).toBe('busy')
    expect(refusal(() => checkPreview(job({ state: 'FAILED', message: say`no such column` }), 1000)).message).toContain('no such column')
  })

  it.each([0, 1001, 1.5, -1, Number.NaN])('refuses a page of %j rows', (pageSize) => {
    expect(refusal(() => checkPreview(job(), pageSize)).kind).toBe('invalid')
  })
})

describe('reasons', () => {
  it('say what to do after a restart, and where rows may be', () => {
    expect(inWords(restartReason('QUERY', ''))).toBe('the server restarted while the job ran; run it again')
    expect(inWords(restartReason('INSERT', '10.71.0.5:5432'))).toBe('the server restarted; rows may have been written at 10.71.0.5:5432')
    expect(inWords(timeLimitReason(1500))).toContain('timed out after 1.5 s')
  })
})
