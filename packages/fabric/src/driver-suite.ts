// What every driver must keep, run by each of them.

import { describe, expect, it } from 'vitest'
import { emptyNetwork, type QueueId } from '@tributary/rules'
import type { Driver } from './driver.ts'
import { mapGateway, network, peering } from './sample-loopback.ts'

/** Runs the suite on fresh drivers of one kind. */
export function driverSuite(name: string, open: () => Driver): void {
  const one = 'queue-1' as QueueId
  const other = 'queue-2' as QueueId
  const bound = (version: number) => network({ version, peerings: [peering('test1', { gateway: mapGateway({}) })] })

  describe(`the ${name} driver`, () => {
    it('knows nothing of a queue before its first network', async () => {
      expect(await open().observe(one)).toBeUndefined()
    })

    it('observes what was applied, whole, as often as it is asked', async () => {
      const driver = open()
      await driver.apply(one, bound(1))
      expect(await driver.observe(one)).toEqual(bound(1))
      await driver.apply(one, bound(1))
      await driver.apply(one, bound(7))
      expect(await driver.observe(one)).toEqual(bound(7))
      expect(await driver.observe(one)).toEqual(bound(7))
    })

    it('keeps queues apart', async () => {
      const driver = open()
      await driver.apply(one, bound(1))
      expect(await driver.observe(other)).toBeUndefined()
      await driver.apply(other, network({ queueId: other, version: 4 }))
      expect(await driver.observe(one)).toEqual(bound(1))
    })

    it('removes by applying the empty network, and may take another one after that', async () => {
      const driver = open()
      const empty = emptyNetwork(one, 'q1', '172.16.0.0/24', 2)
      await driver.apply(one, bound(1))
      await driver.apply(one, empty)
      expect(await driver.observe(one)).toEqual(empty)
      await driver.apply(one, bound(3))
      expect(await driver.observe(one)).toEqual(bound(3))
    })

    it('ignores an older version than the last one given', async () => {
      const driver = open()
      await driver.apply(one, bound(5))
      await driver.apply(one, emptyNetwork(one, 'q1', '172.16.0.0/24', 4))
      expect(await driver.observe(one)).toEqual(bound(5))
    })

    it('ends with the newest of several applied at once, in any order', async () => {
      const driver = open()
      await Promise.all([3, 1, 9, 2, 8].map((version) => driver.apply(one, bound(version))))
      expect(await driver.observe(one)).toEqual(bound(9))
    })
  })
}
