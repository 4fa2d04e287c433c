// Bodies that replace hosts: which are kept as they came, and which must be looked at member by member.

import { hostsJson } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { readHostsBody } from './hosts-body.ts'

const entries = [
  { name: 'b', ip: '10.71.0.2' },
  { ip: '10.71.0.1', name: 'a' },
]

describe('a body of hosts', () => {
  it.each([undefined, 2, '\t'])('is kept without its blanks: %j', (space) => {
    const sent = Buffer.from(JSON.stringify({ hosts: entries }, null, space))
    expect(readHostsBody(sent)).toEqual({ hosts: hostsJson(entries) })
    expect(readHostsBody(Buffer.concat([Buffer.from('\r\n '), sent, Buffer.from(' \n')]))).toEqual({ hosts: hostsJson(entries) })
  })

  it.each([
    '',
    'null',
    '{}',
    '{"hosts":[]}',
    '{"hosts":null}',
    JSON.stringify(entries),
    JSON.stringify({ hosts: entries, note: 'x' }),
    JSON.stringify({ name: 'x', hosts: entries }),
    `{"hosts":[],"hosts":${JSON.stringify(entries)}}`,
    `${JSON.stringify({ hosts: entries })}}`,
    `${JSON.stringify({ hosts: entries })}\0`,
    `\u00a0${JSON.stringify({ hosts: entries })}`,
    `\ufeff${JSON.stringify({ hosts: entries })}`,
    JSON.stringify({ hosts: [...entries, { name: 'only' }] }),
    JSON.stringify({ hosts: [...entries, { name: 'ä', ip: '10.71.0.3' }] }),
    JSON.stringify({ hosts: [...entries, { name: 'x', ip: '1.2.3' }] }),
  ])('is parsed where it is anything else: %s', (text) => {
    expect(readHostsBody(Buffer.from(text))).toBeUndefined()
  })
})
