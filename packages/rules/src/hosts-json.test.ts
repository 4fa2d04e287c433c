// Host entries that are read from their text are kept just as if each had been parsed and checked.

import { constantFrom, type Arbitrary, array, assert, oneof, property, record, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostHosts } from './connection.ts'
import type { HostEntry } from './host.ts'
import { hostsJson, readPlainHosts } from './hosts-json.ts'

describe('an array of hosts', () => {
  const whole = '[{"name":"a.b-c_d","ip":"10.0.0.1"},{"ip":"255.249.199.99","name":"B"}]'

  it('is kept as it came where it is plain', () => {
    expect(readPlainHosts(whole, 0)).toEqual({ json: whole, end: whole.length })
    expect(readPlainHosts(`{"hosts":${whole}}`, 9)).toEqual({ json: whole, end: 9 + whole.length })
  })

  it('is kept without its blanks', () => {
    const wide = JSON.stringify(JSON.parse(whole), null, '\t').replaceAll('\n', '\r\n ')
    expect(readPlainHosts(wide, 0)).toEqual({ json: whole, end: wide.length })
  })

  it.each([
    '',
    '[]',
    '[{"name":"a"}]',
    '[{"ip":"10.0.0.1"}]',
    '[{"name":"a","ip":"10.0.0.1"}',
    '[{"name":"a","ip":"10.0.0.1"},]',
    '[{"name":"a","ip":"10.0.0.1","ip":"10.0.0.2"}]',
    '[{"name":"a","name":"b","ip":"10.0.0.1"}]',
    '[{"name":"a","ip":"10.0.0.1","note":"x"}]',
    '[{"name":"\\u0061","ip":"10.0.0.1"}]',
    '[{"name":"a b","ip":"10.0.0.1"}]',
    '[{"name":"a","ip":null}]',
    '[{"name":"a"\u00a0,"ip":"10.0.0.1"}]',
    '[{"name":"a","ip":"10.0.0.256"}]',
    '[{"name":"a","ip":"10.0.0.01"}]',
    '[{"name":"1","ip":"10.0.0.1"}]',
  ])('is left to a closer look: %s', (text) => {
    expect(readPlainHosts(text, 0)).toBeUndefined()
  })

  it('holds as many entries as a connection may have', () => {
    const entries = Array.from({ length: mostHosts }, () => ({ name: 'a', ip: '10.0.0.1' }))
    expect(readPlainHosts(JSON.stringify(entries), 0)?.json).toBe(hostsJson(entries))
    expect(readPlainHosts(JSON.stringify([...entries, entries[0]]), 0)).toBeUndefined()
  })
})

describe('any text', () => {
  const names = oneof(constantFrom('a', 'a.b-c_d', 'Z9', `a${'b'.repeat(127)}`, `a${'b'.repeat(128)}`, '1a', '', 'ä', 'a b'), string())
  const octets = constantFrom('0', '7', '10', '99', '100', '199', '249', '255', '256', '01', '300', '', ' 1')
  const ips = oneof(
    tuple(octets, octets, octets, octets).map((parts) => parts.join('.')),
    constantFrom('10.71.0.5', '0.0.0.0', '255.255.255.255', '10.0.0', '::1'),
  )
  const good = tuple(constantFrom('a', 'a.b-c_d', 'Z9'), constantFrom('10.71.0.5', '0.0.0.0', '255.255.255.255'))
  const members: Arbitrary<HostEntry> = oneof(
    { weight: 4, arbitrary: good.map(([name, ip]) => ({ name, ip })) },
    { weight: 4, arbitrary: good.map(([name, ip]) => ({ ip, name })) },
    { weight: 1, arbitrary: record({ name: names, ip: ips }) },
    { weight: 1, arbitrary: record({ ip: ips, name: names }, { requiredKeys: [] }) },
  )
  const written = tuple(array(members, { maxLength: 4 }), constantFrom(undefined, 1, '\t')).map(([hosts, space]) =>
    JSON.stringify(hosts, null, space),
  )

  /** What the long way makes of it, where it takes it. */
  function parsed(text: string): string | undefined {
    try {
      return hostsJson(JSON.parse(text) as HostEntry[])
    } catch {
      return undefined
    }
  }

  it('that is read is read as the long way does', () => {
    let read = 0
    assert(
      property(written, (text) => {
        const plain = readPlainHosts(text, 0)
        if (plain === undefined) return
        read += 1
        expect(plain).toEqual({ json: parsed(text), end: text.length })
      }),
      { numRuns: 2_000 },
    )
    expect(read).toBeGreaterThan(100)
  })

  it('that was damaged anywhere is read no differently', () => {
    const plain = '[{"name":"a.b","ip":"10.0.0.1"}, {"ip":"25.249.19.9","name":"B"}]'
    let read = 0
    for (let at = 0; at <= plain.length; at++) {
      for (const piece of ['', ' ', '\n', '"', '\\', ',', '}', ']', '0', '9', '.', 'x', '\u00e4', '\u0000']) {
        for (const text of [plain.slice(0, at) + piece + plain.slice(at), plain.slice(0, at) + piece + plain.slice(at + 1)]) {
          const found = readPlainHosts(text, 0)
          if (found === undefined) continue
          read += 1
          expect(found.json, text).toBe(parsed(text.slice(0, found.end)))
        }
      }
    }
    expect(read).toBeGreaterThan(100)
  })
})
