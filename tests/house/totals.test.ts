// How `npm test` judges a run: red on failures, on nothing having run, and in CI on anything skipped.

import { describe, expect, it } from 'vitest'
import { judge } from '../../tools/test.ts'
import type { TestReport } from '../../tools/test.ts'

function reportOf(counts: { passed?: number; failed?: number; skipped?: number }): TestReport {
  const { passed = 0, failed = 0, skipped = 0 } = counts
  const assertionResults = Array.from({ length: skipped }, (_, index) => ({ fullName: `skipped ${index}`, status: 'pending' }))
  return {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }],
  }
}

describe('judge', () => {
  it('is green when everything passed', () => {
    expect(judge(reportOf({ passed: 3 }), 0, true)).toEqual({ lines: ['Tests: 3 passed, 0 failed, 0 skipped'], exitCode: 0 })
  })

  it('lets a skipped test pass on a desk, and names it in CI', () => {
    expect(judge(reportOf({ passed: 3, skipped: 1 }), 0, false).exitCode).toBe(0)
    const verdict = judge(reportOf({ passed: 3, skipped: 1 }), 0, true)
    expect(verdict.exitCode).toBe(1)
    expect(verdict.lines).toContain('  a.test.ts: skipped 0')
  })

  it('is red when no test ran', () => {
    expect(judge(reportOf({}), 0, false).exitCode).toBe(1)
  })

  it('is red when a file could not be loaded', () => {
    const broken = { ...reportOf({ passed: 1 }), testResults: [{ name: 'b.test.ts', status: 'failed', assertionResults: [] }] }
    expect(judge(broken, 0, false)).toEqual({ lines: ['Tests: 1 passed, 1 failed, 0 skipped'], exitCode: 1 })
  })

  it('keeps a failure that happened outside of any test', () => {
    expect(judge(reportOf({ passed: 3 }), 1, false).exitCode).toBe(1)
  })

  it('is red when there is no report', () => {
    expect(judge(undefined, 0, false).exitCode).toBe(1)
  })
})
