// The page of SQL: every function on offer with a case that Spark answered, and every one that is absent with the reason.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { absentFunctions } from '../packages/query/src/plan/functions/absent.ts'
import { generators } from '../packages/query/src/plan/functions/generators.ts'
import { higherOrderFunctions } from '../packages/query/src/plan/functions/lambdas.ts'
import { aggregates, themes } from '../packages/query/src/plan/functions/offered.ts'
import { windowFunctions } from '../packages/query/src/plan/functions/windows.ts'

const folder = fileURLToPath(new URL('../packages/query/src/plan/spark-cases/', import.meta.url))

interface Case {
  readonly sql: string
  readonly columns?: readonly { readonly type: string }[]
  readonly rows?: readonly (readonly unknown[])[]
}

/** An expression of a case, and the type that Spark gave it. */
interface Example {
  readonly text: string
  readonly type: string
  /** Where it reads no table. */
  readonly value?: string
}

interface Row {
  readonly name: string
  readonly arity: readonly [number, number] | undefined
}

/** One table of functions. */
export interface FunctionTable {
  readonly title: string
  readonly rows: readonly (readonly [name: string, count: string, example: string, type: string])[]
}

const cases: readonly Case[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !['tables.json', 'functions.json', 'random.json'].includes(name))
  .flatMap((name) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as readonly Case[])
const examples = cases.flatMap(examplesOf)

/** The functions on offer, by theme. */
export function functionTables(): readonly FunctionTable[] {
  const rowsOf = (table: Readonly<Record<string, { readonly arity?: readonly [number, number] }>>): readonly Row[] =>
    Object.entries(table).map(([name, { arity }]) => ({ name, arity }))
  return [
    ...Object.entries(themes).map(([title, table]) => tableOf(title, rowsOf(table))),
    tableOf('functions of functions', rowsOf(higherOrderFunctions)),
    tableOf('aggregates', rowsOf(aggregates)),
    tableOf('windows', rowsOf(windowFunctions)),
    tableOf('rows from values', rowsOf(generators as unknown as Readonly<Record<string, { readonly arity?: readonly [number, number] }>>)),
  ]
}

/** A call of each function that Spark has answered, as JSON by the function's name: one that reads no table where there is one. */
export function functionExamples(): string {
  const found = functionTables().flatMap(({ rows }) => rows.map(([name]) => name))
  const entries = [...new Set(found)].toSorted().flatMap((name) => {
    const example = exampleOf(name, ({ value }) => value !== undefined && !/^(?:NULL|nan)$/.test(value)) ?? exampleOf(name)
    if (example === undefined) return []
    const { text: call, type, value } = example
    return [[name, value === undefined ? { call, type } : { call, type, value }] as const]
  })
  return JSON.stringify(Object.fromEntries(entries), undefined, 2)
}

/** The functions of Spark that are absent, each with its reason, by name. */
export function absentRows(): readonly (readonly [name: string, reason: string])[] {
  const spark = JSON.parse(readFileSync(`${folder}functions.json`, 'utf8')) as readonly string[]
  const offered = new Set(functionTables().flatMap(({ rows }) => rows.map(([name]) => name)))
  return spark
    .filter((name) => absentFunctions[name] !== undefined && !offered.has(name))
    .map((name) => [name, absentFunctions[name] as string] as const)
}

function tableOf(title: string, rows: readonly Row[]): FunctionTable {
  const sorted = rows.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return {
    title,
    rows: sorted.map(({ name, arity }) => {
      const example = exampleOf(name)
      return [name, countOf(arity), example?.text ?? '', example?.type ?? '']
    }),
  }
}

function countOf(arity: readonly [number, number] | undefined): string {
  if (arity === undefined) return ''
  const [least, most] = arity
  return least === most ? String(least) : most >= 1000 ? `${least} or more` : `${least} to ${most}`
}

/** The shortest expression that is a call of the function alone; else the shortest that has one in it. */
function exampleOf(name: string, suits: (example: Example) => boolean = () => true): Example | undefined {
  const call = new RegExp(`(?:^|[^a-z_])${name}\\s*\\(`, 'i')
  const found = examples
    .filter((example) => call.test(example.text) && suits(example))
    .toSorted((one, other) => one.text.length - other.text.length)
  return found.find(({ text }) => text.toLowerCase().startsWith(`${name}(`) && /[a-z]/i.test(text.slice(name.length + 1))) ?? found[0]
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '').replace(/^null$/, 'NULL')
}

function examplesOf({ sql, columns, rows }: Case): readonly Example[] {
  const items = selectItems(sql)
  if (columns === undefined || items.length !== columns.length) return []
  const [row] = /\sFROM\s/i.test(sql) || rows?.length !== 1 ? [] : rows
  return items.map((text, index) => ({
    text,
    type: (columns[index] as { readonly type: string }).type,
    ...(row === undefined ? {} : { value: shown(row[index]) }),
  }))
}

/** The entries of a select list, split at commas outside of brackets and quotes. */
function selectItems(sql: string): readonly string[] {
  const list = /^SELECT\s+(?:DISTINCT\s+)?([\s\S]*)$/i.exec(sql)?.[1] ?? ''
  const items: string[] = []
  let [depth, start] = [0, 0]
  for (const part of list.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|[()[\]]|,|\sFROM\s|$/gi)) {
    if ('(['.includes(part[0]) && part[0] !== '') depth += 1
    else if (')]'.includes(part[0]) && part[0] !== '') depth -= 1
    else if (depth === 0 && (part[0] === ',' || part[0] === '' || /^\sFROM\s$/i.test(part[0]))) {
      items.push(list.slice(start, part.index).trim())
      if (part[0] !== ',') break
      start = part.index + 1
    }
  }
  return items
}
