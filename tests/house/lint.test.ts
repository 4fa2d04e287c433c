// The linter is itself checked: what the house relies on it to catch, it catches.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../../tools/launch.mjs'

const longBody = Array.from({ length: 71 }, (_, index) => `  console.log(${index})`).join('\n')

const planted: Readonly<Record<string, string>> = {
  'floats.ts': `async function work(): Promise<void> {}\nexport function start(): void {\n  work()\n}\n`,
  'misused.ts': `export function start(list: readonly string[]): void {\n  list.forEach(async (name) => {\n    await Promise.resolve(name)\n  })\n}\n`,
  'long.ts': `export function long(): void {\n${longBody}\n}\n`,
  'forgets.ts': `export function f(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1\n  }\n  return 2\n}\n`,
  'unused.ts': `import { join } from 'node:path'\nexport const a = 1\n`,
  'fine.ts': `export async function f(): Promise<void> {\n  await Promise.resolve()\n}\n`,
}

/** The linter's findings in `folder`, as text. */
function lint(folder: string): Promise<string> {
  const oxlint = join(repositoryRoot, 'node_modules', '.bin', 'oxlint')
  const args = [oxlint, '--type-aware', '--format', 'unix', '-c', join(repositoryRoot, '.oxlintrc.json'), '.']
  // It ends with 1 when it found something: the text is what counts.
  return new Promise((resolve) => execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout)))
}

describe('lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-lint-'))
  let findings = ''

  beforeAll(async () => {
    const compilerOptions = { strict: true, module: 'nodenext', target: 'esnext', types: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    for (const [path, text] of Object.entries(planted)) writeFileSync(join(folder, path), text)
    findings = await lint(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    ['floats.ts', 'no-floating-promises'],
    ['misused.ts', 'no-misused-promises'],
    ['long.ts', 'max-lines-per-function'],
    ['forgets.ts', 'switch-exhaustiveness-check'],
    ['unused.ts', 'no-unused-vars'],
  ])('finds in %s: %s', (path, rule) => {
    expect(findings.split('\n').filter((line) => line.includes(path) && line.includes(rule))).toHaveLength(1)
  })

  it('has nothing to say about what is fine', () => {
    expect(findings).not.toContain('fine.ts')
  })
})
