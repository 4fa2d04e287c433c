// The rules of enhanced connections and their host entries.

import { describe, expect, it } from 'vitest'
import { checkConnectionDraft, checkHosts, checkNewConnection, connectionStateOf, mostHosts } from './connection.ts'
import { ServiceError } from './errors.ts'

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

  it('are 20,000 at most', () => {
    const hosts = Array.from({ length: mostHosts }, () => ({ name: 'a', ip: '10.0.0.1' }))
    expect(checkHosts(hosts)).toHaveLength(20_000)
    expect(() => checkHosts([...hosts, {}])).toThrow('hosts has 20001 entries: send at most 20000')
  })
})

describe('names and states', () => {
  it('of a live connection are taken, with its id', () => {
    expect(checkNewConnection('test1', undefined)).toBeUndefined()
    expect(() => checkNewConnection('test1', { id: 'c-7' })).toThrow('its id is c-7')
  })

  it('are read in any case', () => {
    expect([undefined, 'active', 'Deleted'].map(connectionStateOf)).toEqual(['ACTIVE', 'ACTIVE', 'DELETED'])
    expect(() => connectionStateOf('')).toThrow(ServiceError)
  })
})
