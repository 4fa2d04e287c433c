// The gate every commit passes, one line and one time per check: `npm run check`; `-- --only types` runs one, `-- --fix` formats.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { readFlags } from './flags.ts'
import { repositoryRoot as root } from './launch.mjs'

/** One check: what it runs, and how its output proves that it looked at something. */
interface Gate {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  /** Must match the output of a green run; a check that looked at nothing is red. */
  readonly sawSomething?: RegExp
}

interface Outcome {
  readonly gate: Gate
  readonly isGreen: boolean
  readonly output: string
  readonly seconds: string
}

const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
const tool = (name: string): string => join(root, 'tools', name)

const gates: readonly Gate[] = [
  { name: 'lint', script: bin('oxlint'), args: ['--type-aware', '--deny-warnings'], sawSomething: /on [1-9]\d* files/ },
  { name: 'unused', script: bin('knip'), args: ['--no-progress', '--no-config-hints'] },
  { name: 'types', script: bin('tsc'), args: ['--project', root, '--extendedDiagnostics'], sawSomething: /Files: +[1-9]/ },
  { name: 'imports', script: tool('check-imports.ts'), args: [], sawSomething: /^[1-9]\d* modules/m },
  { name: 'format', script: bin('biome'), args: ['format', '--max-diagnostics=50', root], sawSomething: /Checked [1-9]\d* files/ },
  { name: 'tidy', script: tool('tidy.ts'), args: [], sawSomething: /^[1-9]\d* files/m },
  ...(existsSync(tool('gen-docs.ts')) ? [{ name: 'generated', script: tool('gen-docs.ts'), args: ['--check'] }] : []),
]

const { flags } = readFlags({
  start: 'npm run check --',
  flags: {
    fix: { says: 'formats the files, and checks nothing' },
    only: { value: 'CHECK', isList: true, says: `runs this one of ${gates.map(({ name }) => name).join(', ')}; may be given again` },
  },
})

if (flags.fix) {
  const { isGreen, output } = await run({ name: 'format', script: bin('biome'), args: ['format', '--write', root] })
  console.log(output.trim())
  process.exitCode = isGreen ? 0 : 1
} else {
  process.exitCode = await check(gates.filter((gate) => flags.only.length === 0 || flags.only.includes(gate.name)))
}

/** Runs the gates, as many at once as there are processors, and reports each as it ends; returns the exit code. */
async function check(chosen: readonly Gate[]): Promise<number> {
  if (chosen.length === 0) {
    console.error(`No such check. There are: ${gates.map((gate) => gate.name).join(', ')}`)
    return 2
  }
  const waiting = [...chosen]
  const outcomes: Outcome[] = []
  const work = async (): Promise<void> => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const outcome = await run(gate)
      report(outcome)
      outcomes.push(outcome)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const failed = outcomes.filter((outcome) => !outcome.isGreen)
  console.log(`\nChecks: ${outcomes.length - failed.length} passed, ${failed.length} failed${list(failed)}`)
  return failed.length === 0 ? 0 : 1
}

function list(failed: readonly Outcome[]): string {
  return failed.length === 0 ? '' : ` (${failed.map((outcome) => outcome.gate.name).join(', ')})`
}

function run(gate: Gate): Promise<Outcome> {
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', gate.script, ...gate.args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      const output = Buffer.concat(chunks).toString()
      const saw = gate.sawSomething?.test(output) ?? true
      resolve({
        gate,
        isGreen: code === 0 && saw,
        output: saw || code !== 0 ? output : `${output}\nIt looked at nothing: no match for ${gate.sawSomething}`,
        seconds: ((performance.now() - startedMs) / 1_000).toFixed(1),
      })
    })
  })
}

function report({ gate, isGreen, output, seconds }: Outcome): void {
  console.log(`${isGreen ? 'ok  ' : 'FAIL'} ${gate.name.padEnd(10)} ${seconds.padStart(5)} s`)
  if (!isGreen) console.log(output.trim().replace(/^/gm, '     '))
}
