// What a job may be told, and how it moves from state to state.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { Caller, Role } from './identity.ts'
import type { JobId, ProjectId, QueueId, UserId } from './ids.ts'
import { inWords, say, silence } from './text.ts'
import {
  checkCancel,
  checkJobEngine,
  checkJobTags,
  checkPreview,
  checkQueueRunsSql,
  checkResultReader,
  checkStatementText,
  isFinal,
  type Job,
  type JobEvent,
  type JobState,
  maxStatementLength,
  nextJobState,
  noJob,
  parseJobConf,
  checkUtc,
  checkUtcView,
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

/** What a caller is told by a refusal: its kind, its words, and the resource it speaks of. */
function told({ kind, message, details }: ServiceError): readonly unknown[] {
  return [kind, message, details.subject]
}

const subject = { kind: 'job', name: 'j1' }

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
    expect(parseJobConf([])).toEqual({ ddlAsync: true, timeLimitMs: undefined, dynamicOverwrite: false })
  })

  it('reads known keys with and without blanks, the last one wins', () => {
    expect(parseJobConf(['dli.sql.sqlasync.enabled=false', ' dli.sql.job.timeout =  5 ', 'dli.sql.job.timeout=7'])).toEqual({
      ddlAsync: false,
      timeLimitMs: 7000,
      dynamicOverwrite: false,
    })
  })

  it('accepts keys that it does not know', () => {
    expect(parseJobConf(['dli.sql.shuffle.partitions = 200', 'spark.x = a = b', 'k='])).toEqual({
      ddlAsync: true,
      timeLimitMs: undefined,
      dynamicOverwrite: false,
    })
  })

  it.each([
    ['dli.sql.sqlasync.enabled = FALSE ', { ddlAsync: false, timeLimitMs: undefined, dynamicOverwrite: false }],
    ['dli.sql.sqlasync.enabled = True ', { ddlAsync: true, timeLimitMs: undefined, dynamicOverwrite: false }],
    ['dli.sql.job.timeout = 1 ', { ddlAsync: true, timeLimitMs: 1000, dynamicOverwrite: false }],
    ['dli.sql.job.timeout = 60', { ddlAsync: true, timeLimitMs: 60_000, dynamicOverwrite: false }],
    ['dli.sql.job.timeout = 604800', { ddlAsync: true, timeLimitMs: 604_800_000, dynamicOverwrite: false }],
  ])('reads %j', (line, settings) => {
    expect(parseJobConf([line])).toEqual(settings)
  })

  it.each([
    ['dli.sql.sqlasync.enabled = maybe', 'dli.sql.sqlasync.enabled is true or false'],
    ['dli.sql.sqlasync.enabled =', 'dli.sql.sqlasync.enabled is true or false'],
    ['dli.sql.job.timeout = 604801', 'dli.sql.job.timeout is a whole number of seconds, 1 to 604800'],
    ['dli.sql.job.timeout =', 'dli.sql.job.timeout is a whole number of seconds, 1 to 604800'],
  ])('says what would do instead of %j', (line, message) => {
    expect(told(refusal(() => parseJobConf([line])))).toEqual(['invalid', message, undefined])
  })

  it.each(['spark.sql.ansi.enabled=true', 'spark.sql.legacy.timeParserPolicy = LEGACY'])(
    'refuses %j, which would change what SQL means',
    (line) => {
      const said = told(refusal(() => parseJobConf([line])))
      expect(said[0]).toBe('unsupported')
      expect(said[1]).toMatch(/is not offered: jobs run with Spark's defaults; leave it out/)
    },
  )

  it.each(['Asia/Shanghai', '+05:30', 'GMT+8', 'Asia/Kathmandu'])('takes the time zone %s', (name) => {
    expect(parseJobConf([`spark.sql.session.timeZone = ${name}`]).timeZone).toBe(name)
  })

  it.each(['CST', 'asia/shanghai', 'Asia/Tehran', '+19:00', 'Mars/Olympus', ''])('refuses the time zone %j by its name', (name) => {
    const said = told(refusal(() => parseJobConf([`spark.sql.session.timeZone = ${name}`])))
    expect(said[0]).toBe('unsupported')
    expect(said[1]).toContain(`the time zone ${name} is not offered`)
  })

  it('imports and makes views in UTC alone', () => {
    expect(() => checkUtc(parseJobConf(['spark.sql.session.timeZone = GMT']))).not.toThrow()
    const eastern = parseJobConf(['spark.sql.session.timeZone = +08:00'])
    expect(refusal(() => checkUtc(eastern)).kind).toBe('unsupported')
    expect(refusal(() => checkUtcView(eastern)).kind).toBe('unsupported')
  })

  it.each([
    ['spark.sql.session.timezone', 'spark.sql.session.timeZone'],
    ['DLI.sql.job.timeout', 'dli.sql.job.timeout'],
    ['spark.sql.ANSI.enabled', 'spark.sql.ansi.enabled'],
  ])('refuses %s, and names the key', (written, meant) => {
    expect(told(refusal(() => parseJobConf([`${written} = canary`])))).toEqual([
      'invalid',
      `${written} of conf is written ${meant}`,
      undefined,
    ])
  })

  it('accepts what says the defaults', () => {
    const conf = ['spark.sql.session.timeZone = UTC', 'spark.sql.ansi.enabled = false', 'spark.sql.legacy.timeParserPolicy=exception']
    expect(parseJobConf(conf)).toEqual(parseJobConf([]))
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

  it('shows 64 characters of an engine that is not offered', () => {
    const message = `engine_type ${'x'.repeat(64)} is not offered: leave it out or send spark`
    expect(told(refusal(() => checkJobEngine('x'.repeat(65))))).toEqual(['unsupported', message, undefined])
  })

  it('names the queue that runs no SQL', () => {
    expect(told(refusal(() => checkQueueRunsSql({ name: 'g1', type: 'general' })))).toEqual([
      'unsupported',
      'queue g1 is a general queue and runs no SQL: submit to a queue whose queue_type is sql',
      { kind: 'queue', name: 'g1' },
    ])
  })

  it('wants a text', () => {
    expect(told(refusal(() => checkStatementText(' \n')))).toEqual(['invalid', 'sql is empty: send one statement', undefined])
    expect(maxStatementLength).toBe(524_288)
    expect(checkStatementText('x'.repeat(maxStatementLength))).toBeUndefined()
    const message = 'sql is longer than 524288 characters'
    expect(told(refusal(() => checkStatementText('x'.repeat(maxStatementLength + 1))))).toEqual(['invalid', message, undefined])
  })

  const numbered = (length: number) => Array.from({ length }, (_, at) => ({ key: `k${at}`, value: '' }))
  const lengths = 'a tag has a key of 1 to 128 characters and a value of up to 255'

  it.each([
    ['none', []],
    ['twenty', numbered(20)],
    ['a key of one character', [{ key: 'k', value: '' }]],
    ['the longest key and value', [{ key: 'k'.repeat(128), value: 'v'.repeat(255) }]],
  ])('takes tags: %s', (_what, tags) => {
    expect(checkJobTags(tags)).toBeUndefined()
  })

  it.each([
    ['twenty-one', numbered(21), 'a job has at most 20 tags'],
    ['a key twice', [...numbered(2), { key: 'k0', value: 'v' }], 'each key of tags may come once'],
    ['no key', [{ key: '', value: 'v' }], lengths],
    ['a key too long', [{ key: 'k'.repeat(129), value: '' }], lengths],
    ['a value too long behind a good tag', [...numbered(1), { key: 'k', value: 'v'.repeat(256) }], lengths],
  ])('refuses tags: %s', (_what, tags, message) => {
    expect(told(refusal(() => checkJobTags(tags)))).toEqual(['invalid', message, undefined])
  })
})

describe('cancelling', () => {
  it('is for jobs that have not ended', () => {
    expect(checkCancel(job({ state: 'LAUNCHING' }))).toBeUndefined()
    expect(checkCancel(job({ state: 'RUNNING' }))).toBeUndefined()
    const message = 'job j1 is FAILED already and cannot be cancelled'
    expect(told(refusal(() => checkCancel(job({ state: 'FAILED' }))))).toEqual(['invalid', message, subject])
  })
})

describe('a preview', () => {
  it('is for finished queries', () => {
    expect(checkPreview(job(), 1000)).toBeUndefined()
    expect(checkPreview(job(), 1)).toBeUndefined()
  })

  it.each<readonly [Partial<Job>, string, string]>([
    [{ type: 'DDL' }, 'unsupported', 'job j1 is of type DDL: only QUERY jobs have a result'],
    [{ state: 'RUNNING' }, 'busy', 'job j1 is RUNNING: read its result when it is FINISHED'],
    [{ state: 'FAILED', message: say`no such column` }, 'invalid', 'job j1 is FAILED and has no result: no such column'],
    [{ state: 'CANCELLED' }, 'invalid', 'job j1 is CANCELLED and has no result'],
  ])('of %o is %s', (over, kind, message) => {
    expect(told(refusal(() => checkPreview(job(over), 1000)))).toEqual([kind, message, subject])
  })

  it.each([0, 1001, 1.5, -1, Number.NaN])('refuses a page of %j rows', (pageSize) => {
    const message = 'page-size is a whole number from 1 to 1000'
    expect(told(refusal(() => checkPreview(job(), pageSize)))).toEqual(['invalid', message, undefined])
  })
})

describe('the result of a job', () => {
  const mine = job({ ownerId: 'u1' as UserId })
  const caller = (id: string, role: Role) => ({ user: { id, name: 'tenant2' }, role }) as Caller

  it('is for who submitted it and for administrators', () => {
    expect(checkResultReader(mine, caller('u1', 'reader'))).toBeUndefined()
    expect(checkResultReader(mine, caller('u2', 'admin'))).toBeUndefined()
    expect(checkResultReader(job(), caller('u2', 'admin'))).toBeUndefined()
  })

  it.each(['reader', 'editor'] as const)('is not for another %s', (role) => {
    expect(told(refusal(() => checkResultReader(mine, caller('u2', role))))).toEqual([
      'forbidden',
      "Permission denied for resource 'jobs.j1', User = 'tenant2', Action = 'SELECT': its result is for tenant1, who submitted it, and for administrators; run the statement yourself",
      subject,
    ])
  })
})

describe('a job that is not there', () => {
  it('is told by 64 characters of its id', () => {
    expect(told(noJob('j9'))).toEqual(['notFound', 'There is no job j9', { kind: 'job', name: 'j9' }])
    const shown = 'x'.repeat(64)
    expect(told(noJob('x'.repeat(65)))).toEqual(['notFound', `There is no job ${shown}`, { kind: 'job', name: shown }])
  })
})

describe('reasons', () => {
  it('say what to do after a restart, and where rows may be', () => {
    expect(inWords(restartReason('QUERY', ''))).toBe('the server restarted while the job ran; run it again')
    expect(inWords(restartReason('DDL', '10.71.0.5:5432'))).toBe('the server restarted while the job ran; run it again')
    expect(inWords(restartReason('INSERT', '10.71.0.5:5432'))).toBe('the server restarted; rows may have been written at 10.71.0.5:5432')
    expect(inWords(restartReason('INSERT'))).toBe('the server restarted while the job ran and nothing of it was written; run it again')
    expect(inWords(timeLimitReason(1500))).toContain('timed out after 1.5 s')
  })
})
