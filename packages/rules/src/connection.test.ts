// The rules of enhanced connections and their host entries.

import { describe, expect, it } from 'vitest'
import { checkConnectionDraft, checkHosts, checkNewConnection, connectionStateOf, mostHosts, noConnection } from './connection.ts'
import type { HostEntry } from './host.ts'

const draft = { name: 'test1', vpcId: 'v', subnetId: 's', queues: [], pools: [], hosts: [], tags: [] }

describe('a connection draft', () => {
  it('keeps what was sent', () => {
    expect(checkConnectionDraft({ ...draft, routeTableId: '', tags: [{ key: 'a' }] })).toEqual({
      name: 'test1',
      vpcId: 'v',
      subnetId: 's',
      routeTableId: undefined,
      hosts: [],
      tags: [{ key: 'a', value: '' }],
    })
  })

  it.each(['', 'a-b', 'a b', 'é', 'a'.repeat(65), 'a\n'])('refuses the name %j', (name) => {
    expect(() => checkConnectionDraft({ ...draft, name })).toThrow('is no connection name')
  })

  it('quotes no more than the beginning of a name', () => {
    expect(() => checkConnectionDraft({ ...draft, name: 'a'.repeat(200) })).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message: `"${'a'.repeat(80)}" is no connection name: use 1 to 64 letters, digits and _`,
      }),
    )
  })

  it('may name a route table', () => {
    expect(checkConnectionDraft({ ...draft, routeTableId: 'rtb-1.a_B' }).routeTableId).toBe('rtb-1.a_B')
    expect(() => checkConnectionDraft({ ...draft, routeTableId: 'a b' })).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message: 'routetable_id is the id of a route table: 1 to 64 letters, digits, _ . and -',
      }),
    )
  })

  it('refuses ids that are none', () => {
    expect(() => checkConnectionDraft({ ...draft, vpcId: '' })).toThrow('dest_vpc_id')
    expect(() => checkConnectionDraft({ ...draft, subnetId: '../x' })).toThrow('dest_network_id')
  })
})

describe('host entries', () => {
  it('may lack a member and keep their order', () => {
    const hosts = [{ name: 'b', ip: '10.0.0.1' }, { name: 'b', ip: '10.0.0.2' }, { ip: '10.0.0.1' }, { name: 'a.b-c_d' }, {}]
    expect(checkHosts(hosts)).toEqual(hosts)
  })

  it('are told by the index of the first bad one', () => {
    const good = { name: 'a', ip: '10.0.0.1' }
    for (const ip of ['', '10.0.0', '10.0.0.256', '10.0.0.01', '::1', '10.0.0.1 ']) {
      expect(() => checkHosts([good, { ip }, { name: '' }]), ip).toThrow('hosts[1].ip')
    }
    for (const name of ['', '1a', '-a', 'a b', 'a'.repeat(129), 'ä']) {
      expect(() => checkHosts([good, good, { name }]), name).toThrow('hosts[2].name')
    }
  })

  it.each([
    [
      { name: `1${'a'.repeat(200)}` },
      `hosts[0].name "1${'a'.repeat(139)}" is not a host name: use 1 to 128 letters, digits, _ - and ., the first a letter, or leave it out`,
    ],
    [{ ip: '9'.repeat(200) }, `hosts[0].ip "${'9'.repeat(140)}" is not an IPv4 address: write it like 10.71.0.5, or leave it out`],
  ])('are quoted in part when they are bad: %j', (entry, message) => {
    expect(() => checkHosts([entry])).toThrow(expect.objectContaining({ kind: 'invalid', message }))
  })

  it.each([
    [
      { name: 'a', ip: '10.0.0.1', note: 'x' },
      { name: 'a', ip: '10.0.0.1' },
    ],
    [{ name: 'a', note: 'x' }, { name: 'a' }],
    [{ ip: '10.0.0.1', note: 'x' }, { ip: '10.0.0.1' }],
    [{ name: 'a', ip: undefined }, { name: 'a' }],
    [{ name: undefined, ip: '10.0.0.1' }, { ip: '10.0.0.1' }],
    [{ note: 'x' }, {}],
  ])('%o is kept with its own members alone', (sent, kept) => {
    expect(checkHosts([sent as HostEntry])).toStrictEqual([kept])
  })

  it('are not copied where there is nothing to leave out', () => {
    const whole = { name: 'a', ip: '10.0.0.1' }
    expect(checkHosts([whole])[0]).toBe(whole)
  })

  it('are 20,000 at most', () => {
    const hosts = Array.from({ length: mostHosts }, () => ({ name: 'a', ip: '10.0.0.1' }))
    expect(checkHosts(hosts)).toHaveLength(20_000)
    expect(() => checkHosts([...hosts, {}])).toThrow('hosts has 20001 entries: send at most 20000')
  })
})

describe('names and states', () => {
  it('of a live connection are taken, with its id', () => {
    expect(checkNewConnection('test1', undefined)).toBeUndefined()
    expect(() => checkNewConnection('test1', { id: 'c-7' })).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'connection test1 exists already, its id is c-7: choose another name, or use that one',
        details: { subject: { kind: 'connection', name: 'test1' } },
      }),
    )
  })

  it('of a connection that is not there are shown in part', () => {
    expect(noConnection('c'.repeat(99))).toMatchObject({
      kind: 'notFound',
      message: `Connection ${'c'.repeat(64)} does not exist.`,
      details: { subject: { kind: 'connection', name: 'c'.repeat(64) } },
    })
  })

  it('are read in any case', () => {
    expect([undefined, 'active', 'Deleted'].map(connectionStateOf)).toEqual(['ACTIVE', 'ACTIVE', 'DELETED'])
    expect(() => connectionStateOf('')).toThrow(expect.objectContaining({ kind: 'invalid', message: 'status is ACTIVE or DELETED' }))
  })
})
