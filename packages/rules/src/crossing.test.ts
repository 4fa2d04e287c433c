// What is kept of crossings: texts of a bounded length, and no reading that still runs when its job has ended.

import { describe, expect, it } from 'vitest'
import { type Crossing, longestCrossingText, settledCrossings, shortCrossingText } from './crossing.ts'
import { sampleCrossing } from './sample-crossing.ts'

const crossing = sampleCrossing()

describe('a crossing', () => {
  it('keeps a text whole up to its length, and says what it leaves out of a longer one', () => {
    const longest = 'x'.repeat(longestCrossingText)
    expect(shortCrossingText(longest)).toBe(longest)
    expect(shortCrossingText(`${longest}yz`)).toBe(`${longest} … (2 more characters)`)
  })

  it('runs as long as its job does, and no longer', () => {
    const ended: Crossing = { ...crossing, state: 'done' }
    for (const state of ['LAUNCHING', 'RUNNING'] as const)
      expect(settledCrossings([crossing, ended], state).map((one) => one.state)).toEqual(['running', 'done'])
    for (const state of ['FINISHED', 'FAILED', 'CANCELLED'] as const)
      expect(settledCrossings([crossing, ended], state).map((one) => one.state)).toEqual(['stopped', 'done'])
  })
})
