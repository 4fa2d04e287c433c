// Writes docs/generated from the code; with --check it writes nothing and fails where a page is behind.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allOperations, errorCodes, fidelityLedger, type Operation, publishedAsOf } from '@tributary/contract'
import { readFlags } from './flags.ts'
import { absentRows, functionExamples, functionTables } from './sql-page.ts'
import { allWireErrors, exitCodes, type Setting, settings, variableOf } from '@tributary/server'

const folder = fileURLToPath(new URL('../docs/generated/', import.meta.url))

/** What DESCRIBE FUNCTION EXTENDED shows. */
const examplesFile = fileURLToPath(new URL('../packages/query/src/plan/functions/examples.json', import.meta.url))

const pages: Readonly<Record<string, () => string>> = {
  'api.md': apiPage,
  'settings.md': settingsPage,
  'errors.md': errorsPage,
  'fidelity.md': fidelityPage,
  'permissions.md': permissionsPage,
  'sql.md': sqlPage,
}

function main({ check: isCheck }: { readonly check: boolean }): number {
  const written = Object.entries(pages).map(([name, write]) => [name, `${write().trimEnd()}\n`] as const)
  if (isCheck) return check(written)
  mkdirSync(folder, { recursive: true })
  for (const name of strangers()) rmSync(join(folder, name))
  for (const [name, text] of written) writeFileSync(join(folder, name), text)
  writeFileSync(examplesFile, `${functionExamples()}\n`)
  process.stdout.write(`${written.length} pages written to docs/generated\n`)
  return 0
}

function check(written: readonly (readonly [string, string])[]): number {
  const behind = written.filter(([name, text]) => readPage(name) !== text).map(([name]) => name)
  if (readFileSync(examplesFile, 'utf8') !== `${functionExamples()}\n`) behind.push('functions/examples.json')
  const wrong = [...behind, ...strangers()]
  if (wrong.length > 0) process.stderr.write(`docs/generated is behind the code: ${wrong.join(', ')}. Run npm run docs.\n`)
  return wrong.length > 0 ? 1 : 0
}

/** Pages that nothing writes any more. */
function strangers(): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.md') && pages[name] === undefined)
  } catch {
    return []
  }
}

function readPage(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

const notice = '<!-- Written by tools/gen-docs.ts from the code; change the code and run npm run docs. -->'

function page(title: string, intro: string, ...parts: readonly string[]): string {
  return [`# ${title}`, notice, intro, ...parts].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

function apiPage(): string {
  const nouns = [...new Set(allOperations.map(({ noun }) => noun))]
  const sections = nouns.map((noun) => {
    const operations = allOperations.filter((operation) => operation.noun === noun)
    return [`## ${noun}`, ...operations.map(describeOperation)].join('\n\n')
  })
  const index = table(
    ['Operation', 'Call', 'Needs', 'Status'],
    allOperations.map(({ id, method, paths, needs, response }) => [
      `[${id}](#${id.toLowerCase()})`,
      paths.map((path) => code(`${method} ${path}`)).join(' '),
      needs,
      String(response.status),
    ]),
  )
  return page(
    'API',
    'Every operation on offer. What others publish and this service does not offer is in [fidelity](fidelity.md).',
    index,
    ...sections,
  )
}

function describeOperation(operation: Operation): string {
  const { id, method, paths, summary, action, needs, query, body, response, fidelity } = operation
  const answerHeaders = Object.entries(response.headers ?? {}).map(([name, sentence]) => `Header ${code(name)}: ${sentence}.`)
  return [
    `### ${id}`,
    paths.map((path) => code(`${method} ${path}`)).join(' or '),
    `${summary} Action ${code(action)}, needs ${needs}, answers ${response.status}.${fidelity.state === 'partial' ? ` Partial: ${fidelity.note}.` : ''}`,
    ...answerHeaders,
    memberTable('Query', query),
    memberTable('Body', body),
    memberTable('Answer', response.schema),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
}

function memberTable(title: string, schema: unknown): string {
  const rows = schema === undefined ? [] : memberRows(schema as Schema, '')
  return rows.length === 0 ? '' : `${title}\n\n${table(['Member', 'Type', 'Required', 'Meaning'], rows)}`
}

function memberRows(schema: Schema, path: string): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    const isRequired = schema.required?.includes(name) === true
    return [
      [code(at), typeName(member), isRequired ? 'yes' : '', meaning(member)],
      ...memberRows(member, at),
      ...memberRows(member.items ?? {}, `${at}[]`),
    ]
  })
}

function typeName({ type, items }: Schema): string {
  return type === 'array' ? `array of ${items?.type ?? 'any'}` : (type ?? 'any')
}

function meaning({ description = '', minimum, maximum }: Schema): string {
  const range = minimum === undefined ? '' : maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`
  return [description, range].filter((part) => part !== '').join('; ')
}

function sqlPage(): string {
  const tables = functionTables().map(({ title, rows }) => {
    const lines = rows.map(([name, count, example, type]) => [code(name), count, code(example), code(type)])
    return `## ${title}\n\n${table(['Function', 'Arguments', 'Case', 'Result'], lines)}`
  })
  const total = functionTables().reduce((sum, { rows }) => sum + rows.length, 0)
  return page(
    'SQL functions',
    `${total} functions, each compared with Apache Spark 3.3.1 with its defaults (ANSI mode off, session zone UTC): values, types and names of columns. A case is one of those in \`packages/query/src/plan/spark-cases\`; \`n\`, \`s\`, \`w\` and the like are their tables. A function that is not here is refused by name.`,
    'Angles, logarithms, powers and spread are the same to 14 digits: Java itself promises no more. `approx_count_distinct` and `percentile_approx` are exact here, where Spark approximates. Patterns (regular expressions, dates, JSON paths, LIKE) are constants. The entries of a map have no order.',
    ...tables,
    `## Absent\n\n${table(
      ['Function', 'Why'],
      absentRows().map(([name, reason]) => [code(name), reason]),
    )}`,
  )
}

function settingsPage(): string {
  const declared: readonly Setting[] = Object.values(settings)
  const groups = [...new Set(declared.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const rows = declared.filter((setting) => setting.group === group).map(settingRow)
    return `## ${group}\n\n${table(['Flag', 'Variable', 'Type', 'Default', 'Meaning'], rows)}`
  })
  const exits = table(
    ['Exit code', 'Meaning'],
    Object.values(exitCodes).map(({ code: number, meaning: text }) => [String(number), text]),
  )
  return page(
    'Settings',
    'A flag of `tributary serve` wins over the environment, that over the file of `--config` (the key is the flag without dashes), that over the default. Secrets have no flag.',
    ...sections,
    `## Exit codes\n\n${exits}`,
  )
}

function settingRow(setting: Setting): readonly string[] {
  const { name, schema, unit, sentence, secret } = setting
  const type = (schema as Schema).type ?? 'any'
  const assumed = setting.default === undefined ? '' : code(JSON.stringify(setting.default).replaceAll('"', ''))
  return [
    secret === true ? '' : code(`--${name}`),
    code(variableOf(setting)),
    unit === undefined ? type : `${type}, ${unit}`,
    assumed,
    sentence,
  ]
}

function errorsPage(): string {
  const codes = table(
    ['Code', 'Status', 'Meaning'],
    errorCodes.map(({ code: published, statuses, meaning: text }) => [code(published), statuses.join(', '), text]),
  )
  const kinds = table(
    ['API', 'Kind', 'Of', 'Status', 'Code'],
    allWireErrors().map(({ family, kind, subject, status, code: published }) => [family, kind, subject, String(status), code(published)]),
  )
  return page(
    'Errors',
    'DLI, our own calls and VPC v3 answer `{"error_code","error_msg"}`, VPC v1 `{"code","message"}`, IAM `{"error":{"code","message","title"}}` with the status as its code. Every answer carries `X-Request-Id`.',
    `## Codes\n\n${codes}`,
    `## Where they come from\n\n${kinds}`,
  )
}

function fidelityPage(): string {
  const rows = fidelityLedger().map(({ method, path, state, note, witness }) => [code(`${method} ${path}`), state, note, witness])
  return page(
    'Fidelity',
    `Every operation that is published (as of ${publishedAsOf}) or our own: real, partial or absent, and the test that shows it. The same list is at \`GET /tributary/v1/fidelity\`.`,
    table(['Call', 'State', 'Note', 'Test'], rows),
  )
}

function permissionsPage(): string {
  const actions = [...new Set(allOperations.map(({ action }) => action))].sort()
  const rows = actions.map((action) => {
    const operations = allOperations.filter((operation) => operation.action === action)
    return [code(action), [...new Set(operations.map(({ needs }) => needs))].join(', '), operations.map(({ id }) => id).join(', ')]
  })
  return page(
    'Permissions',
    'Who may call what: `nobody` is open to all; `loopback` to this machine, else to any signed-in caller; `identity` to any signed-in caller; `owner` to the installation owner; `reader`, `editor` and `admin` are roles in the project of the path, each holding what the ones before it hold. A denial names the action.',
    table(['Action', 'Needs', 'Operations'], rows),
  )
}

const { flags } = readFlags({
  start: 'npm run docs --',
  flags: { check: { says: 'writes nothing, and fails where a page is behind the code' } },
})
process.exitCode = main(flags)
