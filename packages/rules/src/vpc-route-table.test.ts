// The rules of route tables: routes that come, change and go, and tables that stay.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { RouteTableId, VpcId } from './ids.ts'
import {
  changeRouteTable,
  checkRemoveRouteTable,
  checkRouteTableDraft,
  defaultRouteTableName,
  noRouteTable,
  type VpcRouteTable,
} from './vpc-route-table.ts'

const route = { type: 'ecs', destination: '10.9.0.0/16', nexthop: 'server-1' }
const draft = { vpcId: 'v1', name: 't', routes: [route] }
const table = { ...checkRouteTableDraft(draft), id: 't1' as RouteTableId } as VpcRouteTable

describe('a route table', () => {
  it('takes routes of the known types once per range', () => {
    expect(checkRouteTableDraft({ vpcId: 'v1', name: 't' })).toEqual({ name: 't', description: '', routes: [] })
    expect(checkRouteTableDraft(draft)).toEqual({ name: 't', description: '', routes: [{ ...route, description: '' }] })
    expect(() => checkRouteTableDraft({ ...draft, routes: [route, { ...route, destination: '10.9.1.1/16' }] })).toThrow('already')
  })

  it.each([
    [{ name: '' }, 'name has'],
    [{ name: 'x'.repeat(65) }, 'name has'],
    [{ description: '<' }, 'description'],
    [{ routes: [{ ...route, type: 'local' }] }, 'the type of a route'],
    [{ routes: [{ ...route, nexthop: '' }] }, 'the nexthop'],
    [{ routes: [{ ...route, nexthop: 'x'.repeat(65) }] }, 'the nexthop'],
    [{ routes: [{ ...route, destination: '10.9.0.0' }] }, 'is not a range'],
    [{ routes: [{ ...route, description: 'x'.repeat(256) }] }, 'description'],
  ])('%o is refused', (change, text) => {
    expect(() => checkRouteTableDraft({ ...draft, ...change })).toThrow(text)
  })

  it('changes by destination: del, then mod, then add', () => {
    const other = { ...route, destination: '10.10.0.0/16' }
    const changed = changeRouteTable(table, { description: 'd', add: [route, other], remove: [route] })
    expect(changed.routes.map(({ destination }) => destination)).toEqual(['10.9.0.0/16', '10.10.0.0/16'])
    const modified = changeRouteTable(changed, { modify: [{ ...other, nexthop: 'server-2' }] })
    expect(modified.routes[1]).toMatchObject({ nexthop: 'server-2' })
    expect(modified).toMatchObject({ name: 't', description: 'd', id: 't1' })
    expect(() => changeRouteTable(table, { modify: [other] })).toThrow('no route to 10.10.0.0/16')
    expect(() => changeRouteTable(table, { remove: [other] })).toThrow('no route to 10.10.0.0/16')
    expect(() => changeRouteTable(table, { add: [route] })).toThrow('already')
  })

  it('has at most 200 routes', () => {
    const routes = (count: number) => Array.from({ length: count }, (_, index) => ({ ...route, destination: `10.${index}.0.0/16` }))
    expect(checkRouteTableDraft({ ...draft, routes: routes(200) }).routes).toHaveLength(200)
    expect(() => checkRouteTableDraft({ ...draft, routes: routes(201) })).toThrow('at most 200')
  })

  it('stays while it is the default one or has subnets', () => {
    checkRemoveRouteTable({ ...table, isDefault: false }, 0)
    expect(() => checkRemoveRouteTable({ ...table, isDefault: false }, 1)).toThrow('still has subnets (1)')
    expect(() => checkRemoveRouteTable({ ...table, isDefault: true }, 0)).toThrow('is the default one')
    expect(noRouteTable('x')).toMatchObject({ kind: 'notFound' })
  })

  it('of a new VPC has its name', () => {
    expect(defaultRouteTableName('vpc')).toBe('rtb-vpc')
    expect(defaultRouteTableName('x'.repeat(64))).toHaveLength(64)
  })
})

describe('a refusal of a route table', () => {
  const none = { kind: 'routeTable', name: '' }
  const long = `${'x'.repeat(64)}y`
  const typeText =
    'the type of a route is one of ecs, eni, vip, nat, peering, vpn, dc, cc, egw, er, subeni, global; local ones come by themselves'
  const nexthopText = 'the nexthop of a route is an id or an address of 1 to 64 characters'
  const descriptionText = 'description has at most 255 characters, none of them < or >'
  const nameText = 'name has 1 to 64 letters, digits, _ . and -'

  function refusal(call: () => unknown): Pick<ServiceError, 'kind' | 'message' | 'details'> {
    try {
      call()
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      return { kind: error.kind, message: error.message, details: error.details }
    }
    throw new Error('it was taken')
  }

  it.each([
    [{ name: 'a b' }, nameText],
    [{ name: 'a/b' }, nameText],
    [{ description: 'a>b' }, descriptionText],
    [{ add: [{ ...route, type: 'local' }] }, typeText],
    [{ add: [{ ...route, nexthop: 'a b' }] }, nexthopText],
    [{ add: [{ ...route, nexthop: '-a ' }] }, nexthopText],
    [{ add: [{ ...route, nexthop: ' a' }] }, nexthopText],
    [{ modify: [{ ...route, description: '<' }] }, descriptionText],
    [{ remove: [{ destination: long }] }, `the destination "${'x'.repeat(64)}" is not a range: write it like 10.71.0.0/24`],
    [{ remove: [{ destination: '10.9.0.0/33' }] }, 'the destination "10.9.0.0/33" is not a range: write it like 10.71.0.0/24'],
  ])('says what is wrong: %o', (change, message) => {
    expect(refusal(() => changeRouteTable(table, change))).toStrictEqual({ kind: 'invalid', message, details: { subject: none } })
  })

  it('tells a route that is there from one that is not, and from one too many', () => {
    const routes = Array.from({ length: 200 }, (_, index) => ({ ...route, destination: `20.${index}.0.0/16` }))
    expect(refusal(() => changeRouteTable(table, { add: [route] }))).toStrictEqual({
      kind: 'conflict',
      message: 'the table has a route to 10.9.0.0/16 already: change it with mod',
      details: { subject: none },
    })
    expect(refusal(() => changeRouteTable(table, { remove: [{ destination: '10.10.0.0/16' }] }))).toStrictEqual({
      kind: 'notFound',
      message: 'the table has no route to 10.10.0.0/16',
      details: { subject: none },
    })
    expect(refusal(() => changeRouteTable(table, { add: routes }))).toStrictEqual({
      kind: 'exhausted',
      message: 'a route table has at most 200 routes',
      details: { subject: none },
    })
  })

  it('to go names the table', () => {
    const kept = { ...table, vpcId: 'v1' as VpcId }
    const subject = { kind: 'routeTable', name: 't1' }
    expect(refusal(() => checkRemoveRouteTable({ ...kept, isDefault: true }, 3))).toStrictEqual({
      kind: 'conflict',
      message: 'route table t1 is the default one of VPC v1: it goes with the VPC',
      details: { subject },
    })
    expect(refusal(() => checkRemoveRouteTable({ ...kept, isDefault: false }, 3))).toStrictEqual({
      kind: 'conflict',
      message: 'route table t1 still has subnets (3): disassociate them first',
      details: { subject },
    })
  })

  it('of one that is not there shows 64 characters of its id', () => {
    const name = 'x'.repeat(64)
    expect(noRouteTable(long)).toMatchObject({
      kind: 'notFound',
      message: `Query resource by id ${name} fail.the route table could not be found.`,
      details: { subject: { kind: 'routeTable', name } },
    })
  })
})

describe('the longest values of a route table', () => {
  it('are kept as sent', () => {
    const longest = { ...route, nexthop: 'fe80::1/a_b-c.d'.padEnd(64, 'x'), description: 'd'.repeat(255) }
    const named = { name: '表_1.a-bc'.repeat(8), description: 'd'.repeat(255), routes: [longest] }
    expect(checkRouteTableDraft({ vpcId: 'v1', ...named })).toEqual(named)
  })
})
