// An acknowledged write is on disk: the server syncs between every write's request and its answer, and this test sees it when it does not.

import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allOperations } from '@tributary/contract'
import { describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary } from '../servers/tributary.ts'
import { setStage, silentSource } from './stage.ts'
import { readsInDisguise, stories } from './stories.ts'
import { readTrace, type TracedCall, traceProcess, whyNotTraced } from './syncs.ts'
import { Writer } from './writer.ts'

const why = whyNotTraced()
const lowered = fileURLToPath(new URL('./lowered-synchronous.ts', import.meta.url))
/** A test of a connection is told by its number, and its result is written behind the answer like all others. */
const fewestWrites = 100

/** Tells every story once to a server that is traced; nothing else writes meanwhile. */
async function traceStories(level?: string): Promise<{ readonly calls: readonly TracedCall[]; readonly kinds: ReadonlySet<string> }> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tributary-syncs-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const source = stack.use(await silentSource())
  const low = level === undefined ? {} : { nodeArgs: ['--import', lowered], env: { LOWERED_SYNCHRONOUS: level } }
  // A sweep would write in between, and its sync would count for the write.
  const server = stack.use(await startTributary({ args: ['--allow-clock', '--sweep', '3600', '--warm-spare=false'], ...low }))
  const { target, ground } = await setStage(server, source.port)
  const writer = new Writer({ name: 'traced', target, ground, chance: new Chance(11) })
  const trace = join(folder, 'trace')
  {
    await using _tracing = await traceProcess(server.pid, trace)
    for (const story of stories) await story(writer)
  }
  return { calls: await readTrace(trace), kinds: new Set(writer.ledger.acknowledged.keys()) }
}

const acknowledged = ({ answer, request }: TracedCall): boolean => answer.startsWith('2') && !/\/check|filter$|count$|doctor$/.test(request)

describe.skipIf(why !== '')(`syncs between request and answer${why === '' ? '' : ` (${why})`}`, () => {
  it('there is one at least in every acknowledged write of every kind', async () => {
    const { calls, kinds } = await traceStories()
    const writes = calls.filter(acknowledged)
    expect(writes.length).toBeGreaterThan(fewestWrites)
    expect(writes.filter(({ syncs }) => syncs === 0)).toEqual([])
    const expected = allOperations.filter(({ id, method }) => method !== 'GET' && method !== 'HEAD' && !(id in readsInDisguise))
    expect(expected.filter(({ id }) => !kinds.has(id)).map(({ id }) => id)).toEqual([])
  }, 120_000)

  it('a data directory that is made is on disk with every directory above it', async () => {
    await using stack = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'tributary-syncs-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const trace = join(folder, 'trace')
    const store = JSON.stringify(new URL('../../packages/store/src/data-directory.ts', import.meta.url).href)
    const script = `(await import(${store})).DataDirectory.take(${JSON.stringify(join(folder, 'one', 'two'))})`
    execFileSync('strace', ['-f', '-e', 'trace=mkdir,fsync', '-o', trace, process.execPath, '--input-type=module', '--eval', script])
    const lines = (await readFile(trace, 'utf8')).split('\n')
    const calls = lines.flatMap((line) => /\b(mkdir|fsync)\(.*= 0/.exec(line)?.[1] ?? [])
    expect(calls.slice(0, 4)).toEqual(['mkdir', 'fsync', 'mkdir', 'fsync'])
  })

  it.each(['normal', 'off'])(
    'their absence is seen when synchronous is lowered to %s',
    async (level) => {
      const { calls } = await traceStories(level)
      const writes = calls.filter(acknowledged)
      expect(writes.length).toBeGreaterThan(fewestWrites)
      expect(writes.filter(({ syncs }) => syncs === 0).length).toBeGreaterThan(writes.length / 2)
    },
    120_000,
  )
})
