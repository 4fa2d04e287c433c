// How a connection is printed: nothing but its peerings while all is well, and what is amiss below them.

import { expect, it } from 'vitest'
import { type ConnectionState, printConnectionState } from './connection-state.ts'
import type { Terminal } from './terminal.ts'

const peering = {
  queue: 'analytics',
  status: 'ACTIVE',
  err_msg: '',
  reachability: { state: 'reachable' },
  open_sockets: 2,
  bytes_in: 10,
  bytes_out: 20,
}
const open = { address: 'shop-db:5432', auth_info_name: '', state: 'open', failures: 5, next_try_at: 1_790_000_000_000 }
const refused = { ...open, auth_info_name: 'shop_login', state: 'half-open' }

function printed(state: ConnectionState): readonly string[] {
  let text = ''
  const terminal = { out: (chunk: string) => void (text += chunk), isTTY: { stdout: false }, env: {} } as unknown as Terminal
  printConnectionState(terminal, state)
  return text.split('\n').map((line) => line.replaceAll(/ +/g, ' '))
}

it('is its peerings alone while all is well', () => {
  expect(printed({ peerings: [peering], waiting: 0, breakers: [] })).toEqual([
    'QUEUE STATUS REACHABLE SOCKETS BYTES IN BYTES OUT WHY',
    'analytics ACTIVE reachable 2 10 20 -',
    '',
  ])
})

it('says why an address does not answer', () => {
  const reachability = { state: 'unreachable', rung: 'tcp', message: 'nothing listens on 10.71.0.5:5432' }
  expect(printed({ peerings: [{ ...peering, reachability }], waiting: 0, breakers: [] })[1]).toBe(
    'analytics ACTIVE unreachable (tcp: nothing listens on 10.71.0.5:5432) 2 10 20 -',
  )
})

it('tells who waits, and what is not tried and until when', () => {
  expect(printed({ peerings: [peering], waiting: 3, breakers: [open, refused] }).slice(2)).toEqual([
    '',
    'jobs that wait to read over it: 3',
    '',
    'not tried for now',
    'ADDRESS AUTH-INFO STATE FAILURES NEXT TRY',
    'shop-db:5432 - open 5 2026-09-21T14:13:20.000Z',
    'shop-db:5432 shop_login half-open 5 2026-09-21T14:13:20.000Z',
    '',
  ])
})
