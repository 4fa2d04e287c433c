// How a peering goes from state to state.

import { describe, expect, it } from 'vitest'
import { nextPeeringState, type PeeringEvent, type PeeringState } from './peering.ts'

const states: readonly PeeringState[] = ['CREATING', 'ACTIVE', 'FAILED']

describe('a peering', () => {
  it.each<[PeeringEvent, PeeringState]>([
    ['applied', 'ACTIVE'],
    ['refused', 'FAILED'],
    ['changed', 'CREATING'],
  ])('that is %s is %s, whatever it was', (event, state) => {
    expect(states.map((before) => nextPeeringState(before, event))).toEqual([state, state, state])
  })

  it('recovers from a refusal by a change, and stays so however often it is applied', () => {
    const events: readonly PeeringEvent[] = ['refused', 'changed', 'applied', 'applied']
    expect(events.reduce<PeeringState>(nextPeeringState, 'CREATING')).toBe('ACTIVE')
  })
})
