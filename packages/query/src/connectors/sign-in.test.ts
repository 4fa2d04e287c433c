// Logins that come to nothing by themselves: a source that says nothing where TLS begins with the first byte, however TLS was asked for.

import { QueueDialer } from '@tributary/fabric/dial'
import { inWords, type Rung } from '@tributary/rules'
import { expect, it } from 'vitest'
import { startSilentSource } from '../../../../tests/servers/silent-source.ts'
import { networkTo, openableOf, tableOf } from '../../../../tests/servers/sources.ts'
import { sampleConnector } from './sample-connector.ts'

const words = '10.71.0.5:5432 said nothing of TLS for 0.5 s; if the source has no TLS there, ask for tls=disable, else check the port'

it.each(['prefer', 'require', 'verify-full'] as const)(
  'tells how to do without TLS where it was asked for by %s and nobody answers',
  async (tls) => {
    await using dialer = new QueueDialer(networkTo([await startSilentSource()]))
    const table = tableOf('people', { id: 'int' }, { connector: 'sample', tls })
    const source = { ...openableOf(table, { user: 'u', password: 'Canary-9' }), loginTimeoutMs: 1_000 }
    const { signal } = new AbortController()
    await expect(sampleConnector.open(source, dialer.dial, signal)).rejects.toMatchObject({ kind: 'unavailable', message: words })
    const rungs: Rung[] = []
    const tell = (rung: Rung): void => void rungs.push(rung)
    await expect(sampleConnector.probe(source, dialer.dial, { depth: 'login', signal, tell })).rejects.toThrow(words)
    expect(rungs.map(({ name, ok }) => `${name} ${ok}`).at(-1)).toBe('tls false')
    expect(inWords(rungs.at(-1)?.detail ?? { template: '', values: [] })).toBe(words)
    expect(dialer.openSockets()).toEqual([])
  },
)
