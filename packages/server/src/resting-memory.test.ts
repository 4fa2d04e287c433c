// Memory goes back at rest and then only: the rule by itself, and the pages of a real process.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type HeapUser, RestingMemory } from './resting-memory.ts'

const mebibyte = 1024 * 1024

/** A process that does what the test says. */
function processWith(heap: { bytes: number; used: number; left: number }): HeapUser & { readonly collected: () => number } {
  let collected = 0
  return {
    processorMs: () => heap.used,
    heapBytes: () => heap.bytes,
    collect: () => {
      collected++
      heap.used += 120
      heap.bytes = heap.left
    },
    collected: () => collected,
  }
}

describe('RestingMemory', () => {
  it('waits for two looks with at most 100 ms of processor time between them', () => {
    const heap = { bytes: 90 * mebibyte, used: 0, left: 40 * mebibyte }
    const resting = new RestingMemory(processWith(heap))
    const looks = [101, 100, 101, 100, 100].map((ms) => {
      heap.used += ms
      return resting.look()
    })
    expect(looks).toEqual([false, false, false, false, true])
  })

  it('collects again only after the heap has grown by 16 MiB', () => {
    const heap = { bytes: 90 * mebibyte, used: 0, left: 40 * mebibyte }
    const user = processWith(heap)
    const resting = new RestingMemory(user)
    const rest = (bytes: number): boolean => {
      heap.bytes = bytes
      return resting.look()
    }
    expect([rest(90 * mebibyte), rest(90 * mebibyte)]).toEqual([false, true])
    expect([rest(40 * mebibyte), rest(56 * mebibyte - 1), rest(56 * mebibyte)]).toEqual([false, false, true])
    expect(user.collected()).toBe(2)
  })
})

// Holds 96 MiB of small objects, lets them go, rests for two looks.
const burst = `
  import { readFileSync } from 'node:fs'
  import { RestingMemory } from ${JSON.stringify(new URL('./resting-memory.ts', import.meta.url).href)}
  const resident = () => Number(/VmRSS:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
  const { getHeapStatistics } = await import('node:v8')
  const before = resident()
  let held = Array.from({ length: 1_500_000 }, (_, at) => ({ at, text: 'text ' + at }))
  const burst = resident() - before
  held = undefined
  const resting = new RestingMemory({
    processorMs: () => 0, heapBytes: () => getHeapStatistics().total_heap_size, collect: () => gc({ type: 'major', flavor: 'last-resort' }),
  })
  const given = [resting.look(), resting.look(), resting.look()]
  console.log(JSON.stringify({ burst, after: resident() - before, given }))
`

describe.skipIf(process.platform !== 'linux')('the pages of a process (needs /proc)', () => {
  it('go back to the system', () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', burst],
      {
        encoding: 'utf8',
      },
    )
    expect(stderr).toBe('')
    const seen = JSON.parse(stdout) as { burst: number; after: number; given: readonly boolean[] }
    expect(seen.given).toEqual([false, true, false])
    expect(seen.burst).toBeGreaterThan(64)
    expect(seen.after).toBeLessThan(seen.burst / 3)
  })
})
