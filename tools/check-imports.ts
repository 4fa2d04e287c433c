// Holds the rooms to "who may import whom" (.dependency-cruiser.mjs), and is red when a source file went unseen.

import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './launch.mjs'

/** What the look at one tree found. */
export interface ImportReport {
  /** Modules looked at, per room. */
  readonly modules: Readonly<Record<string, number>>
  /** One line per forbidden import, `rule: from -> to`, and one per room or file that went unseen. */
  readonly problems: readonly string[]
}

interface CruiseResult {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string; readonly to: string }[]
  }
}

/**
 * Looks at every module under `packages/` of `root`, by the rules of this repository.
 * @param root - a tree with `packages/<room>/src`; workspace links are followed to where they lead
 * @throws {Error} when the tool itself fails
 */
export async function checkImports(root: string): Promise<ImportReport> {
  const { modules, summary } = await cruise(root)
  const seen = new Set(modules.map((module) => module.source))
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root })
  const rooms = [...new Set(sources.map(roomOf))].sort()
  const counts = Object.fromEntries(rooms.map((room) => [room, [...seen].filter((source) => roomOf(source) === room).length]))
  return {
    modules: counts,
    problems: [
      ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
      ...sources.filter((source) => !seen.has(source)).map((source) => `unseen: ${source}`),
      ...(sources.length === 0 ? ['unseen: there is no source under packages/*/src'] : []),
    ],
  }
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? ''
}

/** In a process of its own, because the tool takes the working directory as its root. */
function cruise(root: string): Promise<CruiseResult> {
  const modules = join(repositoryRoot, 'node_modules')
  const args = [
    join(modules, 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
    '--config',
    join(repositoryRoot, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    'packages',
  ]
  return new Promise((resolve, reject) => {
    // Its exit code counts violations; what matters is whether it could print a result.
    execFile(process.execPath, args, { cwd: root, maxBuffer: 256 * 1024 * 1024 }, (_error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as CruiseResult)
      } catch {
        reject(new Error(`dependency-cruiser printed no result: ${stderr.slice(0, 2_000)}`))
      }
    })
  })
}

if (import.meta.main) {
  const { modules, problems } = await checkImports(repositoryRoot)
  const total = Object.values(modules).reduce((sum, count) => sum + count, 0)
  console.log(
    `${total} modules: ${Object.entries(modules)
      .map(([room, count]) => `${room} ${count}`)
      .join(', ')}`,
  )
  for (const problem of problems) console.log(problem)
  if (problems.length > 0) console.log('See ARCHITECTURE.md, who may import whom. Widening a row is a decision with its own page.')
  process.exitCode = problems.length === 0 ? 0 : 1
}
