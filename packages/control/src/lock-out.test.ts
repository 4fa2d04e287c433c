// Locks against guessing, with a clock that the test moves.

import { lockedMs } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { LockOut } from './lock-out.ts'
import { SampleControl, sampleBootstrap } from './sample-control.ts'

const { domainName, adminUser, adminPassword, accessKey } = sampleBootstrap

describe('a key', () => {
  it('is locked for one address for five minutes after the sixth wrong signature', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { accessKeys } = sample.control
    for (let count = 0; count < 5; count++) accessKeys.noteSignature(accessKey, '10.0.0.1', false)
    expect(accessKeys.isLocked(accessKey, '10.0.0.1')).toBe(false)
    accessKeys.noteSignature(accessKey, '10.0.0.1', true)
    for (let count = 0; count < 6; count++) accessKeys.noteSignature(accessKey, '10.0.0.1', false)
    expect(accessKeys.isLocked(accessKey, '10.0.0.1')).toBe(true)
    expect(accessKeys.isLocked(accessKey, '10.0.0.2')).toBe(false)
    expect(accessKeys.isLocked('AKOTHER', '10.0.0.1')).toBe(false)
    sample.advance(lockedMs - 100)
    expect(accessKeys.isLocked(accessKey, '10.0.0.1')).toBe(true)
    sample.advance(100)
    expect(accessKeys.isLocked(accessKey, '10.0.0.1')).toBe(false)
  })
})

describe('a user', () => {
  it('is locked for one address for five minutes after the sixth wrong password', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const { tokens } = sample.control
    const signIn = (password: string, address: string) =>
      tokens
        .issue({ method: 'password', user: { name: adminUser, password, domain: { name: domainName } } }, address)
        .then(() => 'in')
        .catch((error: Error) => error.message)
    for (let count = 0; count < 6; count++) expect(await signIn('wrong', 'a')).toContain('is wrong')
    expect(await signIn(adminPassword, 'a')).toContain('locked')
    expect(await signIn(adminPassword, 'b')).toBe('in')
    sample.advance(lockedMs)
    expect(await signIn(adminPassword, 'a')).toBe('in')
  })

  it('learns nothing from guesses that were under way when the lock fell', async () => {
    await using sample = await SampleControl.open({ isStarted: false })
    const user = { name: adminUser, domain: { name: domainName } }
    const guesses = [...Array.from({ length: 8 }, () => 'wrong'), adminPassword]
    const issue = (password: string) => sample.control.tokens.issue({ method: 'password', user: { ...user, password } }, 'a')
    const ends = await Promise.allSettled(guesses.map(issue))
    expect(ends.at(-1)).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('locked') } })
  })
})

describe('memory', () => {
  it('is bounded however many guess: what failed longest ago is forgotten', () => {
    const lockOut = new LockOut(() => 1)
    for (let count = 0; count < 6; count++) lockOut.addFailure(['last', 'a'])
    for (let count = 0; count < 9_999; count++) lockOut.addFailure([`user ${count}`, 'a'.repeat(50)])
    expect([lockOut.size, lockOut.isLocked(['last', 'a'])]).toEqual([10_000, true])
    lockOut.addFailure(['one more', 'a'])
    expect([lockOut.size, lockOut.isLocked(['last', 'a'])]).toEqual([10_000, false])
  })
})
