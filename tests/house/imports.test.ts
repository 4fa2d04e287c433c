// The import check is itself checked: every rule catches a planted violation, and a tree nobody looked at is red.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkImports } from '../../tools/check-imports.ts'
import type { ImportReport } from '../../tools/check-imports.ts'
import { repositoryRoot } from '../../tools/launch.mjs'

const rooms = ['contract', 'rules', 'store', 'fabric', 'query', 'control', 'server', 'cli', 'console']

// Every planted file breaks one rule and is named after it.
const planted: Readonly<Record<string, string>> = {
  'packages/rules/src/reads-disk.ts': `import { readFileSync } from 'node:fs'\nexport const text = readFileSync('x')`,
  'packages/rules/src/uses-package.ts': `import { Type } from 'typebox'\nexport const schema = Type.String()`,
  'packages/store/src/asks-contract.ts': `import { contract } from '@tributary/contract'\nexport const a = contract`,
  'packages/control/src/speaks-wire.ts': `import type { Wire } from '@tributary/contract'\nexport type A = Wire`,
  'packages/server/src/http/writes-sql.ts': `import { store } from '@tributary/store'\nexport const a = store`,
  'packages/query/src/opens-socket.ts': `import { connect } from 'node:net'\nexport const a = connect`,
  'packages/control/src/resolves-names.ts': `import { resolve } from 'node:dns/promises'\nexport const a = resolve`,
  'packages/cli/src/knows-server.ts': `import { server } from '@tributary/server'\nexport const a = server`,
  'packages/query/src/reaches-past-dial.ts': `import { fabric } from '@tributary/fabric'\nexport const a = fabric`,
  'packages/control/src/climbs-in.ts': `import { inner } from '../../store/src/inner.ts'\nexport const a = inner`,
  'packages/fabric/src/one.ts': `import { two } from './two.ts'\nexport const one = () => two`,
  'packages/fabric/src/two.ts': `import { one } from './one.ts'\nexport const two = () => one`,
  'packages/fabric/src/allowed-socket.ts': `import { connect } from 'node:net'\nexport const a = connect`,
  'packages/query/src/allowed-dial.ts': `import { fabric } from '@tributary/fabric/dial'\nexport const a = fabric`,
  'packages/query/src/allowed.test.ts': `import { createServer } from 'node:net'\nexport const a = createServer`,
  'packages/query/src/sample-socket.ts': `import { connect } from 'node:net'\nexport const sample = connect`,
  'packages/query/src/runs-on-samples.ts': `import { sample } from './sample-socket.ts'\nexport const a = sample`,
  'packages/control/src/allowed-sample.test.ts': `import { sample } from '../../query/src/sample-socket.ts'\nexport const a = sample`,
  'packages/store/src/inner.ts': `export const inner = 1`,
}

const expected: readonly (readonly [string, string])[] = [
  ['rules-are-pure', 'packages/rules/src/reads-disk.ts'],
  ['rules-are-pure', 'packages/rules/src/uses-package.ts'],
  ['store-imports', 'packages/store/src/asks-contract.ts'],
  ['control-imports', 'packages/control/src/speaks-wire.ts'],
  ['routes-call-use-cases', 'packages/server/src/http/writes-sql.ts'],
  ['sockets-live-in-fabric', 'packages/query/src/opens-socket.ts'],
  ['sockets-live-in-fabric', 'packages/control/src/resolves-names.ts'],
  ['cli-imports', 'packages/cli/src/knows-server.ts'],
  ['query-imports', 'packages/query/src/reaches-past-dial.ts'],
  ['doors-only', 'packages/control/src/climbs-in.ts'],
  ['samples-are-for-tests', 'packages/query/src/runs-on-samples.ts'],
  ['no-cycles', 'packages/fabric/src/one.ts'],
]

function plant(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** Rooms with a door each, linked the way npm links workspaces. */
function plantRooms(root: string): void {
  mkdirSync(join(root, 'node_modules', '@tributary'), { recursive: true })
  symlinkSync(join(repositoryRoot, 'node_modules', 'typebox'), join(root, 'node_modules', 'typebox'))
  for (const room of rooms) {
    const exports = { '.': './src/index.ts', './dial': './src/dial.ts' }
    plant(root, {
      [`packages/${room}/package.json`]: JSON.stringify({ name: `@tributary/${room}`, type: 'module', exports }),
      [`packages/${room}/src/index.ts`]: `export const ${room} = '${room}'\nexport type Wire = string`,
      [`packages/${room}/src/dial.ts`]: `export const ${room} = '${room}'`,
    })
    symlinkSync(join(root, 'packages', room), join(root, 'node_modules', '@tributary', room))
  }
}

describe('who may import whom', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-imports-'))
  const tree = join(folder, 'tree')
  let report: ImportReport

  beforeAll(async () => {
    plantRooms(tree)
    plant(tree, planted)
    report = await checkImports(tree)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(expected)('%s catches %s', (rule, path) => {
    expect(report.problems.filter((problem) => problem.startsWith(`${rule}: ${path} -> `))).toHaveLength(1)
  })

  it('lets through what is listed', () => {
    expect(report.problems.filter((problem) => problem.includes('/allowed'))).toEqual([])
  })

  it('sees every room', () => {
    expect(Object.keys(report.modules).toSorted()).toEqual(rooms.toSorted())
    expect(Object.values(report.modules).every((count) => count >= 2)).toBe(true)
  })

  it('is red when there was nothing to look at', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(join(empty, 'packages'), { recursive: true })
    expect((await checkImports(empty)).problems).toEqual(['unseen: there is no source under packages/*/src'])
  })
})
