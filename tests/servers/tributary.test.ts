// A server gives back the memory that it took for hashing passwords; what it is started with sees to that.

import { expect, it } from 'vitest'
import { canWeigh, weigh } from '../bench/processes.ts'
import { Wire } from '../bench/wire.ts'
import { memoryGoesBack } from '../../tools/launch.mjs'
import { startTributary } from './tributary.ts'

// Other C libraries have ways of their own.
const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }
const hasGlibc = header.glibcVersionRuntime !== undefined
// A hash takes 19 MiB, and one of four threads makes it.
const signIns = 8
const mostKeptMiB = 15

/** How much more the server weighs after it has let somebody in some times. */
async function keptAfterSignIns(env: Readonly<Record<string, string>>): Promise<number> {
  await using server = await startTributary({ env, args: ['--warm-spare=false'] })
  const before = weigh(server.pid).resident
  for (let number = 0; number < signIns; number++) await (await Wire.signIn(server))[Symbol.asyncDispose]()
  return weigh(server.pid).resident - before
}

it.runIf(canWeigh && hasGlibc)('keeps nothing of what signing in took', { timeout: 60_000 }, async () => {
  expect(Object.keys(memoryGoesBack)).toEqual(['MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_'])
  expect(await keptAfterSignIns({})).toBeLessThan(mostKeptMiB)
  // Without it this would be seen.
  expect(await keptAfterSignIns({ MALLOC_MMAP_THRESHOLD_: String(30 * 1024 * 1024) })).toBeGreaterThan(mostKeptMiB)
})
