// Connectivity tests: asked for now, answered later, kept for a day.

import {
  type Caller,
  type ConnectionTest,
  type ConnectionTestId,
  noConnectionTest,
  parseTestAddress,
  silence,
  type TestAddress,
  testNumberOf,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import type { ProbeLimit } from './probe-limit.ts'
import { requirePrivilege } from './queue-grants.ts'
import { getQueue } from './queues.ts'

/** A test that has begun, and the address as it was understood. */
export interface BegunTest {
  readonly test: ConnectionTest
  readonly address: TestAddress
}

/** The use cases of connectivity tests. */
export function connectionTests({ store, clock, newId, wake }: Deps, limit: ProbeLimit) {
  return {
    /** Begins a test; it ends by itself, whatever becomes of this process. @throws {ServiceError} `invalid` address, `notFound` queue, `forbidden`, `throttled` */
    async create(caller: Caller, queueName: string, addressText: string): Promise<BegunTest> {
      const address = parseTestAddress(addressText)
      await requirePrivilege(store, await getQueue(store, caller.project, queueName), caller, 'SUBMIT_JOB')
      limit.take(caller.project)
      const test = await store.transaction(async (tx) => {
        const queue = await getQueue(tx, caller.project, queueName)
        const begun: ConnectionTest = {
          id: newId() as ConnectionTestId,
          number: await tx.installation.nextConnectionTestNumber(),
          projectId: caller.project,
          queueId: queue.id,
          address: addressText,
          connectivity: '',
          message: silence,
          createdAt: clock(),
          endedAt: undefined,
        }
        await tx.connectionTests.insert(begun)
        return begun
      })
      wake('connectionTest', test.id)
      return { test, address }
    },

    /** A test of this queue, by its number as text. @throws {ServiceError} `invalid`, `notFound` queue or test */
    async get(caller: Caller, queueName: string, numberText: string): Promise<ConnectionTest> {
      const number = testNumberOf(numberText)
      const queue = await getQueue(store, caller.project, queueName)
      const test = await store.connectionTests.find(queue.id, number)
      if (test === undefined) throw noConnectionTest(number, queue.name)
      return test
    },
  }
}
