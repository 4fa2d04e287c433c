// The house rules of tools/tidy.ts: each catches a planted fault, and well-kept files pass.

import { describe, expect, it } from 'vitest'
import { readTree, tidy } from '../../tools/tidy.ts'
import { repositoryRoot } from '../../tools/launch.mjs'

const opening = '// Says what the file is for.\n'
const source = 'packages/rules/src/queue.ts'

// Joined here, so that this file passes the check it tests.
const focused = ['it', "only('x', () => {})"].join('.')
const silenced = ['// @ts', 'ignore'].join('-')
const untyped = ['as', 'any'].join(' ')
const machinePath = ['', 'work', 'main'].join('/')
const registryHost = ['registry', ['npm', 'js'].join(''), 'org'].join('.')

const faults: readonly (readonly [string, string, string, RegExp])[] = [
  ['a room for leftovers', 'packages/rules/src/utils.ts', opening, /no room for leftovers/],
  ['a name in camel case', 'packages/rules/src/queueState.ts', opening, /kebab-case/],
  ['a file without an opening sentence', source, 'const a = 1\n', /open with a comment/],
  ['an export without a docstring', source, `${opening}\nexport function open(): void {}\n`, /open is exported without a docstring/],
  ['a constant without a docstring', source, `${opening}\nexport const limit = 3\n`, /limit is exported without/],
  [
    'a door with code in it',
    'packages/rules/src/index.ts',
    `${opening}export { a } from './a.ts'\nconst b = 1\n`,
    /a door holds named exports/,
  ],
  ['a door that exports by star', 'packages/rules/src/index.ts', `${opening}export * from './a.ts'\n`, /a door holds named exports/],
  ['a focused test', 'packages/rules/src/queue.test.ts', `${opening}${focused}\n`, /focused test/],
  ['a silenced compiler', source, `${opening}${silenced}\n`, /fix the type/],
  ['a value of any type', source, `${opening}const a = 1 ${untyped}\n`, /instead of any/],
  ['a path of one machine', 'README.md', `see ${machinePath}\n`, /path of one machine/],
  ['the host of a registry', '.npmrc', `registry=https://${registryHost}/\n`, /host of a registry/],
  ['a lock entry without a hash', 'package-lock.json', lockOf({ 'node_modules/a': {} }), /node_modules\/a has no integrity/],
  ['a lock entry with a host', 'package-lock.json', lockOf({ 'node_modules/a': { integrity: 'x', resolved: 'x' } }), /names the host/],
  ['a lock without a system', 'package-lock.json', lockOf({}), /@duckdb\/node-bindings-darwin-arm64 is missing/],
]

function lockOf(packages: object): string {
  return JSON.stringify({ packages })
}

describe('tidy', () => {
  it.each(faults)('finds %s', (_what, path, text, finding) => {
    expect(tidy([{ path, text }]).join('\n')).toMatch(finding)
  })

  it('has nothing to say about a well-kept file', () => {
    const text = `${opening}\n/** How many queues a project may have. */\nexport const limit = 3\n`
    const door = `${opening}\nexport type { A } from './a.ts'\nexport {\n  b, // why\n  c,\n} from './b.ts'\n`
    expect(
      tidy([
        { path: source, text },
        { path: 'packages/rules/src/index.ts', text: door },
        { path: 'packages/query/src/connectors/postgres/types.ts', text: opening },
      ]),
    ).toEqual([])
  })

  it('reads the whole repository, and nothing that was installed', () => {
    const paths = readTree(repositoryRoot).map((file) => file.path)
    expect(paths).toContain('tools/tidy.ts')
    expect(paths).toContain('package-lock.json')
    expect(paths.filter((path) => path.includes('node_modules'))).toEqual([])
  })
})
