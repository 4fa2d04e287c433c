// Runs the tests and closes with one line of totals: `npm test`, `npm test -- packages/rules`. With CI=true a skipped test fails the run.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from './launch.mjs'

/** The part of vitest's JSON report that decides. */
export interface TestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** What a run comes to: the lines to close with, and the exit code. */
export interface Verdict {
  readonly lines: readonly string[]
  readonly exitCode: number
}

/**
 * Judges a run: red on any failure, on nothing having run, and in CI on anything skipped.
 * @param report - `undefined` when vitest ended before it could write one
 * @param exitCode - vitest's own; it also counts errors outside of tests
 */
export function judge(report: TestReport | undefined, exitCode: number, isCi: boolean): Verdict {
  if (report === undefined)
    return { lines: ['Tests: 0 passed, 0 failed, 0 skipped (no report was written)'], exitCode: exitCode === 0 ? 1 : exitCode }
  const skipped = report.numPendingTests + report.numTodoTests
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + brokenFiles.length
  const ran = report.numPassedTests + failed
  const reasons = [
    ...(ran === 0 ? ['No test ran.'] : []),
    ...(isCi && skipped > 0 ? ['With CI=true nothing may be skipped:', ...namesOfSkipped(report)] : []),
  ]
  return {
    lines: [...reasons, `Tests: ${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`],
    exitCode: exitCode !== 0 ? exitCode : reasons.length > 0 || failed > 0 ? 1 : 0,
  }
}

function namesOfSkipped(report: TestReport): readonly string[] {
  const isSkipped = (status: string): boolean => status !== 'passed' && status !== 'failed'
  return report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => isSkipped(test.status))
      .map((test) => `  ${file.name.replace(`${repositoryRoot}/`, '')}: ${test.fullName}`),
  )
}

/** Runs vitest with our terminal; resolves with its exit code. */
function runVitest(reportPath: string, args: readonly string[]): Promise<number> {
  const vitest = join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`]
  const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' }
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: repositoryRoot, env, stdio: 'inherit' })
  const stop = (signal: NodeJS.Signals): boolean => child.kill(signal)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

function readReport(path: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as TestReport
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-tests-'))
  try {
    const report = join(folder, 'report.json')
    const exitCode = await runVitest(report, process.argv.slice(2))
    const verdict = judge(readReport(report), exitCode, process.env['CI'] === 'true')
    for (const line of verdict.lines) console.log(line)
    process.exitCode = verdict.exitCode
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
