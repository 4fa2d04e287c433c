// `npm run longrun`: mixed load by the clock for as many minutes as it is told, and a verdict on what leaks, grows or slows down. `-- --minutes N --seed N --json FILE`.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFlags, refuse, seedFlag } from '../../tools/flags.ts'
import { canWeigh } from '../bench/processes.ts'
import { longRun } from './long-run.ts'
import { formatFindings } from './report.ts'
import { judge, shareOfMachine } from './verdict.ts'

const fewestMinutes = 3
const mostMinutes = 24 * 60
const script = {
  start: 'npm run longrun --',
  flags: {
    minutes: { value: 'N', usual: '30', says: `how long, from ${fewestMinutes} to ${mostMinutes}` },
    seed: seedFlag,
    json: { value: 'FILE', says: 'writes what was measured there' },
  },
} as const
const { flags: values } = readFlags(script)
const minutes = Number(values.minutes)
if (!Number.isInteger(minutes) || minutes < fewestMinutes || minutes > mostMinutes)
  refuse(script, `--minutes must be a whole number from ${fewestMinutes} (warm-up, second, last) to ${mostMinutes}`)
if (!canWeigh) throw new Error('processes are weighed by /proc: a long run needs Linux')

console.log(`seed ${values.seed}: the same seed makes the same calls at the same moments`)
const directory = await mkdtemp(join(tmpdir(), 'tributary-longrun-'))
try {
  const run = await longRun({ minutes, seed: Number(values.seed), directory, signal: whenBroken(), say: (line) => console.error(line) })
  const findings = judge(run)
  const unmet = findings.filter(({ isMet }) => !isMet)
  console.log(formatFindings(findings))
  for (const failure of run.failures.slice(0, 20)) console.log(`FAILURE ${failure}`)
  if (unmet.length > 0) for (const line of await complaints(directory)) console.log(line)
  console.log(
    `${minutes} minutes, ${run.calls.length} calls of ${run.rhythms.length} kinds, ${run.samples.length} samples, ${(100 * shareOfMachine(run)).toFixed(0)} % of ` +
      `${run.processors} processors: ${findings.length - unmet.length} of ${findings.length} findings met`,
  )
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ ...run, statuses: [...run.statuses], findings })}\n`)
  if (unmet.length > 0) process.exitCode = 1
} catch (error) {
  process.exitCode = 1
  console.error(`tributary: ${error instanceof Error ? error.message : String(error)}`)
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Aborted by Ctrl-C: what the run has started ends with it. */
function whenBroken(): AbortSignal {
  const broken = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => broken.abort(new Error(`ended by ${name}`)))
  return broken.signal
}

/** The newest lines of the server's log that are no plain information: what a reader of a red finding wants to see next. */
async function complaints(directory: string): Promise<readonly string[]> {
  const log = await readFile(join(directory, 'server.log'), 'utf8')
  const lines = log.split('\n').filter((line) => /"level":"(?:error|fatal)"/.test(line))
  return lines.slice(-5)
}
