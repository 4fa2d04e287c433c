// Findings about connections that do not exist yet.

import { describe, expect, it } from 'vitest'
import type { ConnectionDraft } from './connection.ts'
import { adviceIn, findDraftFaults, findHostWarnings } from './connection-check.ts'
import { inWords, silence } from './text.ts'

const draft: ConnectionDraft = { name: 'c1', vpcId: 'v1', subnetId: 's1', queues: [], pools: [], hosts: [], tags: [] }

describe('faults of a draft', () => {
  it('are none for a good one', () => {
    expect(findDraftFaults(draft)).toEqual([])
  })

  it('are all named at once, each with what to do', () => {
    const bad = { ...draft, name: 'a b', vpcId: '', subnetId: 'x/y', routeTableId: '?', hosts: [{ ip: '1.2.3' }], tags: [{ key: '' }] }
    const found = findDraftFaults(bad)
    expect(found.map(({ field }) => field)).toEqual(['name', 'vpcId', 'subnetId', 'routeTableId', 'hosts', 'tags'])
    const said = found.map(({ message, remedy }) => adviceIn(inWords(message), inWords(remedy)))
    expect(said[0]).toEqual({ message: '"a b" is no connection name', remedy: 'use 1 to 64 letters, digits and _' })
    for (const { message, remedy } of said) expect([message.length > 10, remedy.length > 10]).toEqual([true, true])
  })

  it('keep a text whole that ends without advice', () => {
    const whole = 'Failed. message : {"code":"x"}.'
    expect(adviceIn(whole, 'create it')).toEqual({ message: whole, remedy: 'create it' })
    expect(adviceIn('There is no queue named q', 'create it')).toEqual({ message: 'There is no queue named q', remedy: 'create it' })
  })

  it('are parted from their advice in Chinese too, and at the last colon', () => {
    expect(adviceIn('连接 c1 已存在：请更换名称', '修正')).toEqual({ message: '连接 c1 已存在', remedy: '请更换名称' })
    expect(adviceIn('获取子网 s 失败，消息：{"code":"x"}。', '修正').remedy).toBe('修正')
    expect(adviceIn('a: b: c', '')).toEqual({ message: 'a: b', remedy: 'c' })
  })
})

describe('warnings about hosts', () => {
  it.each([
    [[], 0],
    [
      [
        { name: 'a', ip: '10.1.0.0' },
        { name: 'b', ip: '10.1.0.255' },
      ],
      0,
    ],
    [[{ name: 'a', ip: '10.1.1.0' }], 1],
    [[{ name: 'a' }], 1],
    [[{ ip: '10.1.0.9' }, { name: 'b', ip: '10.0.255.255' }], 2],
  ])('%j has %i', (hosts, count) => {
    const found = findHostWarnings(hosts, '10.1.0.0/24')
    expect(found.map(({ severity }) => severity)).toEqual(Array.from({ length: count }, () => 'warning'))
  })

  it('counts those outside and names the first', () => {
    const hosts = [
      { name: 'a', ip: '10.1.0.1' },
      { name: 'b', ip: '10.2.0.1' },
      { name: 'c', ip: '10.3.0.1' },
    ]
    expect(inWords(findHostWarnings(hosts, '10.1.0.0/24')[0]?.message ?? silence)).toMatch(/^2 host records .*hosts\[1\]/)
  })
})
