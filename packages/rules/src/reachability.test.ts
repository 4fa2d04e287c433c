// What climbs say of the peerings that carried them, and traffic added up.

import { describe, expect, it } from 'vitest'
import type { PeerId } from './ids.ts'
import { noTraffic, reachesOf, sumTraffic } from './reachability.ts'
import type { Rung, RungName } from './rung.ts'
import { say, silence } from './text.ts'

const peerId = 'peer1' as PeerId
const other = 'peer2' as PeerId
const why = say`it failed`

function went(name: RungName, over: Partial<Rung> = {}): Rung {
  return { name, ok: true, ms: 1, detail: say`it went well`, ...over }
}

function failed(name: RungName, over: Partial<Rung> = {}): Rung {
  return went(name, { ok: false, detail: why, ...over })
}

describe('traffic', () => {
  it('is added up member by member', () => {
    const parts = [
      { openSockets: 1, bytesIn: 10, bytesOut: 100 },
      { openSockets: 2, bytesIn: 20, bytesOut: 200 },
    ]
    expect(sumTraffic(parts)).toEqual({ openSockets: 3, bytesIn: 30, bytesOut: 300 })
    expect(sumTraffic([])).toEqual(noTraffic)
  })
})

describe('a peering', () => {
  it.each(['gateway', 'tcp'] as const)('is unreachable where %s fails', (name) => {
    expect(reachesOf([failed(name, { peerId })])).toEqual([{ peerId, state: 'unreachable', rung: name, message: why }])
  })

  it.each(['tls', 'login', 'object'] as const)('is reachable where %s alone fails, and the refusal is told beside it', (name) => {
    expect(reachesOf([went('gateway', { peerId }), went('tcp'), failed(name)])).toEqual([
      { peerId, state: 'reachable', rung: name, message: why },
    ])
  })

  it.each(['tcp', 'tls', 'login', 'object'] as const)('is reachable without a word once %s went well', (name) => {
    expect(reachesOf([went('gateway', { peerId }), went(name)])).toEqual([{ peerId, state: 'reachable', rung: '', message: silence }])
  })

  it('is not judged by a gateway that lets the climb begin', () => {
    expect(reachesOf([went('gateway', { peerId })])).toEqual([])
  })

  it.each(['name', 'route'] as const)('is not judged by %s, which comes before it', (name) => {
    expect(reachesOf([failed(name, { peerId }), went(name, { peerId })])).toEqual([])
    const reached = [{ peerId, state: 'reachable', rung: '', message: silence }]
    expect(reachesOf([went('tcp', { peerId }), failed(name)])).toEqual(reached)
  })

  it('is not judged by a climb that found none', () => {
    expect(reachesOf([failed('tcp'), went('tcp')])).toEqual([])
  })

  it('is reachable where one of several addresses answers, in any order', () => {
    const reached = [{ peerId, state: 'reachable', rung: '', message: silence }]
    expect(reachesOf([went('tcp', { peerId }), failed('tcp')])).toEqual(reached)
    expect(reachesOf([failed('tcp', { peerId }), went('tcp')])).toEqual(reached)
  })

  it('answers for its own rungs alone', () => {
    expect(reachesOf([went('gateway', { peerId }), failed('tcp'), went('gateway', { peerId: other }), went('tcp')])).toEqual([
      { peerId, state: 'unreachable', rung: 'tcp', message: why },
      { peerId: other, state: 'reachable', rung: '', message: silence },
    ])
  })
})
