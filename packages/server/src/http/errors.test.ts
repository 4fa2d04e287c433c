// Errors on the wire: every code with its status, every family in its form.

import { errorCodes } from '@tributary/contract'
import { ServiceError, say } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { allWireErrors, errorAnswer } from './errors.ts'
import { wordsIn } from './messages/language.ts'

const place = { requestId: 'r', words: wordsIn('en-us') }

describe('errors on the wire', () => {
  it('use published codes with the statuses they are published with, and every published code is used', () => {
    const wire = allWireErrors()
    expect(wire.length).toBeGreaterThan(40)
    for (const { code, status, kind } of wire) {
      const published = errorCodes.find((candidate) => candidate.code === code)
      expect(published?.statuses, `${kind} ${code}`).toContain(status)
    }
    const used = new Set<string>(wire.map(({ code }) => code)).add('APIGW.0101')
    expect(errorCodes.map(({ code }) => code).filter((code) => !used.has(code))).toEqual([])
  })

  it('take the form of their family', () => {
    const error = new ServiceError('notFound', say`no such`, { subject: { kind: 'connection', name: 'c' }, hint: say`list them` })
    expect(errorAnswer(error, { ...place, family: 'dli' })).toEqual({
      status: 404,
      body: { error_code: 'DLI.0023', error_msg: 'no such (list them)' },
    })
    expect(
      errorAnswer(new ServiceError('notFound', say`no`, { subject: { kind: 'queue', name: 'q' } }), { ...place, family: 'dli' }).status,
    ).toBe(400)
    expect(errorAnswer(error, { ...place, family: 'iam' })).toEqual({
      status: 404,
      body: { error: { code: 404, message: 'no such (list them)', title: 'Not Found' } },
    })
    expect(errorAnswer(new ServiceError('notFound', say`no`), { ...place, family: 'vpc', noun: 'subnets' })).toEqual({
      status: 404,
      body: { code: 'VPC.0202', message: 'no' },
    })
    expect(errorAnswer(new ServiceError('notFound', say`no`), { ...place, family: 'vpc3', noun: 'vpcs' })).toEqual({
      status: 404,
      body: { error_code: 'VPC.0105', error_msg: 'no', request_id: 'r' },
    })
    expect(errorAnswer(new ServiceError('unauthenticated', say`who`), { ...place, family: 'vpc' })).toEqual({
      status: 401,
      body: { error_code: 'APIGW.0301', error_msg: 'who', request_id: 'r' },
    })
    expect(errorAnswer(new ServiceError('conflict', say`taken`), { ...place, family: 'tributary' }).status).toBe(409)
  })

  it('tell nothing of a bug', () => {
    const { status, body } = errorAnswer(new TypeError('password s3cret is undefined'), { ...place, family: 'dli' })
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('s3cret')
    expect(body).toMatchObject({ error_code: 'DLI.0999' })
  })
})
