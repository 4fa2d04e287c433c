// Host files as they are written, and every mistake with its place.

import { describe, expect, it } from 'vitest'
import { Failure } from './failure.ts'
import { readHostsFile } from './hosts-file.ts'

function failureIn(text: string): Failure {
  try {
    readHostsFile('hosts', text)
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error('it was read')
}

describe('readHostsFile', () => {
  it('reads what /etc/hosts looks like', () => {
    const text =
      '\uFEFF# databases\n127.0.0.1 localhost\n::1 ip6-localhost\nfe80::1%lo0 x\n10.71.0.5\tshop-db  db # the shop\r\n\n10.71.0.6 shop-db\n'
    expect(readHostsFile('hosts', text)).toEqual({
      records: [
        { ip: '10.71.0.5', name: 'shop-db' },
        { ip: '10.71.0.5', name: 'db' },
        { ip: '10.71.0.6', name: 'shop-db' },
      ],
      passedOver: 3,
    })
  })

  it('shows what a terminal would obey, and no more than fits', () => {
    const { message } = failureIn(`10.0.0.1 a\u001b[31mred\n10.0.0.2 ${'\u0007'.repeat(5000)}\n`)
    expect(message).toContain('a\\x1b[31mred')
    expect(message.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(message.length).toBeLessThan(2000)
  })

  it('says of every mistake where it is', () => {
    const { message, ending } = failureIn('10.71.0.5 a\n10.71.0.256 b\n10.71.0.7\n10.71.0.8 -c d_e.f\n10.71.0.5  a\n')
    expect(ending).toBe('usage')
    expect(message.split('\n').map((line) => line.trim().split(': ')[0])).toEqual([
      '4 lines of hosts cannot be read; nothing was sent',
      'hosts:2:1',
      'hosts:3:10',
      'hosts:4:11',
      'hosts:5:12',
    ])
  })

  it('shows twenty mistakes and counts the rest', () => {
    const { message } = failureIn('x y\n'.repeat(25))
    expect(message.split('\n')).toHaveLength(22)
    expect(message).toContain('and 5 more')
  })

  it('refuses a file without a record', () => {
    expect(failureIn('# nothing\n').message).toContain('no host record')
  })

  it('reads twenty thousand lines', () => {
    const text = Array.from({ length: 20_000 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255} host-${at}`).join('\n')
    expect(readHostsFile('hosts', text).records).toHaveLength(20_000)
  })
})
