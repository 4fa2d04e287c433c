// What a climb says: where it ended, who can mend it, and what it means for the peering that carried it.

import { describe, expect, it } from 'vitest'
import type { PeerId } from './ids.ts'
import { reachesOf } from './reachability.ts'
import { climbed, diagnose, type Rung, rungNames } from './rung.ts'
import { inWords, say, silence } from './text.ts'

const one = 'peer-one' as PeerId
const two = 'peer-two' as PeerId
const rung = (name: Rung['name'], ok: boolean, peerId?: PeerId): Rung => ({
  name,
  ok,
  ms: 1,
  detail: say`${name} ${String(ok)}`,
  ...(peerId === undefined ? {} : { peerId }),
})
const shown = (rungs: readonly Rung[]) => rungs.map(({ name, ok }) => `${name} ${ok ? 'ok' : 'failed'}`)

describe('a climb', () => {
  it('ends with the first rung that failed', () => {
    expect(shown(climbed([rung('name', true), rung('route', false), rung('tcp', true)]))).toEqual(['name ok', 'route failed'])
  })

  it('counts a rung as climbed when one of its tries went well', () => {
    const told = [
      rung('name', true),
      rung('tcp', false),
      rung('route', false),
      rung('route', true),
      rung('gateway', true),
      rung('tcp', true),
    ]
    expect(shown(climbed(told))).toEqual(['name ok', 'route ok', 'gateway ok', 'tcp ok'])
  })

  it('is never all green when something ended it', () => {
    for (const [index, name] of rungNames.entries()) {
      const told = rungNames.slice(0, index).map((before) => rung(before, true))
      const rungs = climbed(told, { text: say`lost` })
      expect(rungs.at(-1)).toEqual({ name, ok: false, ms: 0, detail: say`lost` })
    }
    expect(
      climbed(
        rungNames.map((name) => rung(name, true)),
        { text: say`lost` },
      ).at(-1)?.ok,
    ).toBe(false)
  })

  it('says who can mend each rung, and nothing of those that are well', () => {
    for (const name of rungNames) {
      const [finding] = diagnose([rung(name, false)])
      expect(inWords(finding?.who ?? silence)).toMatch(/^(user|installation owner|database owner)$/)
      expect(inWords(finding?.remedy ?? silence)).not.toBe('')
    }
    expect(diagnose([rung('tcp', true)])).toMatchObject([{ who: silence, remedy: silence }])
  })
})

describe('the reachability of a peering', () => {
  it('is not told by climbs that found no peering', () => {
    expect(reachesOf([rung('name', false)])).toEqual([])
    expect(reachesOf([rung('name', true), rung('route', false)])).toEqual([])
    expect(reachesOf([rung('gateway', true, one)])).toEqual([])
  })

  it('stands once TCP does, whatever the service then says', () => {
    const up = [rung('gateway', true, one), rung('tcp', true, one)]
    expect(reachesOf(up)).toEqual([{ peerId: one, state: 'reachable', rung: '', message: silence }])
    expect(reachesOf([...up, rung('login', false)])).toEqual([
      { peerId: one, state: 'reachable', rung: 'login', message: say`${'login'} ${'false'}` },
    ])
  })

  it('falls with the gateway or TCP, for each peering alone', () => {
    const told = [rung('tcp', false, one), rung('gateway', false, two)]
    expect(reachesOf(told).map(({ peerId, state, rung: at }) => [peerId, state, at])).toEqual([
      [one, 'unreachable', 'tcp'],
      [two, 'unreachable', 'gateway'],
    ])
    expect(reachesOf([rung('tcp', true, one), rung('tcp', false, one)])[0]?.state).toBe('reachable')
  })
})
