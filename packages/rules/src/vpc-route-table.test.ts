// The rules of route tables: routes that come, change and go, and tables that stay.

import { describe, expect, it } from 'vitest'
import type { RouteTableId } from './ids.ts'
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
    expect(table.routes).toEqual([{ ...route, description: '' }])
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
