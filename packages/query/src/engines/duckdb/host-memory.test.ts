// What a child that lives long may not keep: anything of those who changed its network.

import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { QueueId } from '@tributary/rules'
import { expect, it } from 'vitest'
import { networkTo } from '../../../../../tests/servers/sources.ts'
import { EngineHost, type NetworkMember } from './host.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const changes = 20

it('a change of the network leaves nothing of its caller with a child', async () => {
  const scratchDirectory = mkdtempSync(join(tmpdir(), 'tributary-host-memory-'))
  const joined = Promise.withResolvers<NetworkMember>()
  const host = new EngineHost({
    logger: quiet,
    scratchDirectory,
    currentNetwork: () => Promise.resolve(networkTo([])),
    join: (_, member) => {
      joined.resolve(member)
      return () => undefined
    },
  })
  try {
    await host.parse({ id: 'queue-1' as QueueId, name: 'q1', cu: 16 }, 'SELECT 1', 'db1', new AbortController().signal)
    const member = await joined.promise
    const callers = new AsyncLocalStorage<object>()
    const kept: WeakRef<object>[] = []
    for (let version = 2; version < 2 + changes; version++) {
      const caller = { version }
      kept.push(new WeakRef(caller))
      await callers.run(caller, () => member.apply(networkTo([], version)))
    }
    const left = (): number => kept.filter((caller) => caller.deref() !== undefined).length
    // One may still be held by the last message that came.
    await expect
      .poll(() => {
        collect()
        return left()
      })
      .toBeLessThanOrEqual(1)
  } finally {
    await host[Symbol.asyncDispose]()
    rmSync(scratchDirectory, { recursive: true, force: true })
  }
}, 60_000)
