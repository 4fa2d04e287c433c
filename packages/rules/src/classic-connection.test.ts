// The rules of classic connections.

import { describe, expect, it } from 'vitest'
import {
  checkClassicConnectionDraft,
  checkNewClassicConnection,
  classicName,
  classicServiceOf,
  noClassicConnection,
} from './classic-connection.ts'

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
    expect(checkClassicConnectionDraft(draft).clusterName).toBeUndefined()
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

  it('shows the beginning of what it refuses, and what to send', () => {
    const refused = (change: Partial<typeof draft>, message: string) =>
      expect(() => checkClassicConnectionDraft({ ...draft, ...change })).toThrow(expect.objectContaining({ kind: 'invalid', message }))
    refused({ name: 'a'.repeat(81) }, `"${'a'.repeat(80)}" is no connection name: use 1 to 64 letters, digits, _ and -`)
    refused(
      { service: 'x'.repeat(65) },
      `service "${'x'.repeat(64)}" is unknown: send one of CloudTable, CloudTable.OpenTSDB, MRS.OpenTSDB, DWS, RDS, CSS`,
    )
  })

  it('has a url of up to 512 characters', () => {
    const url = `${'10.71.0.5:54321,'.repeat(31)}10.71.10.5:54321`
    expect(url).toHaveLength(512)
    expect(checkClassicConnectionDraft({ ...draft, url }).url).toBe(url)
    expect(() => checkClassicConnectionDraft({ ...draft, url: `${url}1` })).toThrow('url has 513 characters: send at most 512')
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

describe('the name of a classic connection', () => {
  it('is free, or the refusal carries the id of the one that has it', () => {
    expect(() => checkNewClassicConnection('rds', undefined)).not.toThrow()
    expect(() => checkNewClassicConnection('rds', { id: 'c-1' })).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'connection rds exists already, its id is c-1: choose another name, or use that one',
        details: { subject: { kind: 'classicConnection', name: 'rds' } },
      }),
    )
  })
})

describe('a classic connection that is not there', () => {
  it.each([
    ['c-1', 'c-1'],
    ['x'.repeat(65), 'x'.repeat(64)],
  ])('is told by its id %s, as far as an id goes', (id, shown) => {
    expect(noClassicConnection(id)).toMatchObject({
      kind: 'notFound',
      message: `Connection ${shown} does not exist.`,
      details: { subject: { kind: 'classicConnection', name: shown } },
    })
  })
})
