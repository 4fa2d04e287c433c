// `npm run spark-differences -- --count 5000 --seed 7`: random expressions answered by real PySpark 3.3.1 and by this planner and engine, compared cell by cell.
//
// `--zone Asia/Shanghai` has both answer in that time zone.
//
// Needs Java and `pip install pyspark==3.3.1`; `--python` names an interpreter that has it. `--write NAME` keeps those that agree as a case file.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Answered, fourteenDigits, inOrder, openCaseEngine, withoutPlus } from '../../../packages/query/src/plan/sample-answers.ts'
import { readFlags, seedFlag } from '../../../tools/flags.ts'
import { queryOf, randomExpression, randomFrom } from './expressions.ts'

/** Expressions of one query: Spark takes a fifth of a second for each query, whatever is in it. */
const width = 8

interface SparkAnswer extends Partial<Answered> {
  readonly sql: string
  readonly error?: string
}

const { flags: values } = readFlags({
  start: 'npm run spark-differences --',
  flags: {
    count: { value: 'N', usual: '1000', says: 'how many expressions' },
    seed: seedFlag,
    zone: { value: 'ZONE', usual: 'UTC', says: 'the time zone of both sessions, for instance Asia/Shanghai' },
    python: { value: 'PROGRAM', usual: 'python3', says: 'an interpreter that has pyspark 3.3.1' },
    write: { value: 'NAME', says: 'keeps those that agree as a case file' },
  },
})
const random = randomFrom(Number(values.seed))
const expressions = Array.from({ length: Number(values.count) }, () => randomExpression(random))
console.log(`seed ${values.seed}: the same seed makes the same expressions`)

const groupOf = new Map<string, readonly string[]>()
const alone = await wholeOrAlone(expressions)
const engine = await openCaseEngine()
const kept: string[] = []
let [same, refusedHere, refusedThere] = [0, 0, 0]
const different: string[] = []
for (const spark of alone) {
  const verdict = await judge(spark)
  if (verdict === 'same') {
    same += 1
    kept.push(...(groupOf.get(spark.sql) ?? []))
  } else if (verdict === 'refused here') refusedHere += 1
  else if (verdict === 'refused there') refusedThere += 1
  else different.push(`${spark.sql}\n    ${verdict}`)
}
engine.close()
for (const line of different.slice(0, 60)) console.log(`DIFFERENT ${line}`)
console.log(
  `${alone.length} queries: ${same} the same, ${refusedHere} refused here alone, ${refusedThere} refused by Spark, ${different.length} different`,
)
if (values.write !== undefined && values.zone !== 'UTC') throw new Error('--write keeps answers of UTC: leave --zone out')
if (values.write !== undefined) await writeCases(values.write, kept)
if (different.length > 0 || same === 0) process.exitCode = 1

/** Several expressions a query where Spark takes them all; one by one where it refuses any. */
async function wholeOrAlone(all: readonly string[]): Promise<readonly SparkAnswer[]> {
  const groups = Array.from({ length: Math.ceil(all.length / width) }, (_none, index) => all.slice(index * width, (index + 1) * width))
  const answers = await askSpark(groups.map(queryOf))
  for (const group of groups) groupOf.set(queryOf(group), group)
  for (const one of all) groupOf.set(queryOf([one]), [one])
  const failed = groups.filter((_group, index) => answers[index]?.error !== undefined)
  const singles = await askSpark(failed.flat().map((one) => queryOf([one])))
  return [...answers.filter((answer) => answer.error === undefined), ...singles]
}

async function askSpark(queries: readonly string[]): Promise<readonly SparkAnswer[]> {
  if (queries.length === 0) return []
  const folder = await mkdtemp(join(tmpdir(), 'spark-differences-'))
  try {
    const [asked, told] = [join(folder, 'queries.json'), join(folder, 'answers.json')]
    await writeFile(asked, JSON.stringify(queries))
    const script = fileURLToPath(new URL('../../../tools/spark-cases.py', import.meta.url))
    await promisify(execFile)(values.python, [script, '--answer', asked, told, values.zone], { maxBuffer: 64 * 1024 * 1024 })
    return JSON.parse(await readFile(told, 'utf8')) as readonly SparkAnswer[]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** By the quick plan and by the exact one: both have to be right. */
async function judge(spark: SparkAnswer): Promise<string> {
  const verdict = await judgeBy('quick', spark)
  return verdict === 'same' ? judgeBy('exact', spark) : verdict
}

async function judgeBy(how: 'quick' | 'exact', { sql, columns, rows }: SparkAnswer): Promise<string> {
  if (columns === undefined || rows === undefined) return 'refused there'
  let here: Answered
  try {
    here = await engine.answer(sql, how, values.zone)
  } catch (error) {
    const { name, message } = error as Error
    return name === 'ServiceError' || message.includes('refused-by-plan') ? 'refused here' : `fails: ${message.split('\n')[0]}`
  }
  const difference = columnDifference(here.columns, columns) ?? rowDifference(sql, here.rows, withoutPlus({ columns, rows }), columns)
  return difference ?? 'same'
}

function columnDifference(here: Answered['columns'], there: Answered['columns']): string | undefined {
  const at = there.findIndex((column, index) => JSON.stringify(column) !== JSON.stringify(here[index]))
  return at < 0 ? undefined : `column ${JSON.stringify(here[at])}, Spark ${JSON.stringify(there[at])}`
}

function rowDifference(sql: string, here: Answered['rows'], there: Answered['rows'], columns: Answered['columns']): string | undefined {
  const [one, other] = [here, there].map((rows) => inOrder(sql, fourteenDigits(rows))) as [Answered['rows'], Answered['rows']]
  const at = columns.findIndex(
    (_column, index) =>
      one.length !== other.length || one.some((row, line) => JSON.stringify(row[index]) !== JSON.stringify(other[line]?.[index])),
  )
  if (at < 0) return undefined
  const line = one.findIndex((row, index) => JSON.stringify(row[at]) !== JSON.stringify(other[index]?.[at]))
  return `${columns[at]?.name}: here ${JSON.stringify(one[line]?.[at])}, Spark ${JSON.stringify(other[line]?.[at])} (${one.length} and ${other.length} rows)`
}

/** Statements as the recorder reads them; it is run next. */
async function writeCases(name: string, queries: readonly string[]): Promise<void> {
  const file = fileURLToPath(new URL(`../../../packages/query/src/plan/spark-cases/${name}.sql`, import.meta.url))
  const head = `-- Random expressions, written by npm run spark-differences -- --count ${values.count} --seed ${values.seed} --write ${name}.\n\n-- random\n`
  await writeFile(file, `${head}${queries.map((one) => `${queryOf([one])};`).join('\n')}\n`)
}
