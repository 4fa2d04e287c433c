// The rules of classic connections.

import { describe, expect, it } from 'vitest'
import { checkClassicConnectionDraft, classicName, classicServiceOf } from './classic-connection.ts'

const draft = { name: 'test-1', service: 'ct', securityGroupId: 'g', subnetId: 's', url: 'zk1.example.com:2181, 10.0.0.2:2182' }

describe('a classic connection draft', () => {
  it('is read address by address', () => {
    expect(checkClassicConnectionDraft({ ...draft, clusterName: 'Q1' })).toEqual({
      name: 'test-1',
      service: 'CloudTable',
      securityGroupId: 'g',
      subnetId: 's',
      url: draft.url,
      clusterName: 'q1',
      targets: [
        { host: 'zk1.example.com', port: 2181 },
        { host: '10.0.0.2', port: 2182 },
      ],
      tags: [],
    })
    expect(checkClassicConnectionDraft({ ...draft, clusterName: '' }).clusterName).toBeUndefined()
  })

  it.each([
    [{ url: 'zk1:2181,zk2' }, 'address 2 of url'],
    [{ url: '' }, 'address 1 of url'],
    [{ url: 'a:70000' }, 'address 1 of url'],
    [{ url: `${'a'.repeat(508)}:2181` }, '513 characters'],
    [{ service: 'kafka' }, 'service "kafka" is unknown'],
    [{ service: 'constructor' }, 'is unknown'],
    [{ name: 'a b' }, 'is no connection name'],
    [{ subnetId: '' }, 'network_id'],
    [{ securityGroupId: 'a b' }, 'security_group_id'],
  ])('%o is refused', (change, text) => {
    expect(() => checkClassicConnectionDraft({ ...draft, ...change })).toThrow(text)
  })

  it('takes every published spelling of a service', () => {
    expect(['CT', 'CloudTable', 'CloudTable.OPENTSDB', 'mrs.opentsdb', 'dws', 'Rds', 'css'].map(classicServiceOf)).toEqual([
      'CloudTable',
      'CloudTable',
      'CloudTable.OpenTSDB',
      'MRS.OpenTSDB',
      'DWS',
      'RDS',
      'CSS',
    ])
  })

  it('gives out names like the published ones', () => {
    expect(classicName('RDS', 1_174_405_119, 'oLRHAGE7')).toBe('to-rds-1174405119-oLRHAGE7.datasource.com')
    expect(classicName('CloudTable', 1_174_405_101, 'CE1bDm5B')).toBe('to-hbase-1174405101-CE1bDm5B.datasource.com')
  })
})
