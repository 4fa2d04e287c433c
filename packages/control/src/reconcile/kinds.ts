// What settles on its own time, by kind: how one of it is brought to what the store says, and which there are.

import type { ConnectionId, ConnectionTestId, JobId, PoolId, QueueId } from '@tributary/rules'
import type { Deps, ReconcileKind } from '../deps.ts'
import { reconcileClassicConnection } from './classic-connection.ts'
import type { ConnectionTestRunner } from './connection-test.ts'
import type { JobRunner } from './job.ts'
import type { Settling } from './loop.ts'
import { reconcilePool } from './pool.ts'
import { reconcileNetwork } from './queue-network.ts'
import { reconcileQueuePlan } from './queue-plan.ts'

const pageSize = 500

/** Every kind, for the loop. */
export function kindsOf(deps: Deps, runner: JobRunner, tester: ConnectionTestRunner): Readonly<Record<ReconcileKind, Settling>> {
  const { store } = deps
  return {
    network: {
      reconcile: (id) => reconcileNetwork(deps, id as QueueId),
      // After a start, what somebody waits for comes before thousands that have settled long ago.
      list: async function* () {
        yield* paged((after) => store.peerings.listCreatingQueues(after, pageSize))
        yield* paged((after) => store.queues.listNetworked(after, pageSize))
      },
      // Where delays are rehearsed networks go by the clock as well.
      version: () => (deps.settings.timing === 'instant' ? store.networkVersion : undefined),
    },
    pool: {
      reconcile: (id) => reconcilePool(deps, id as PoolId),
      list: () => paged((after) => store.pools.listIds(after, pageSize)),
    },
    queuePlan: {
      reconcile: (id) => reconcileQueuePlan(deps, Number(id)),
      list: async function* () {
        for (const id of await store.queuePlans.listDue(deps.rehearsal.now())) yield String(id)
      },
    },
    classicConnection: {
      reconcile: (id) => reconcileClassicConnection(deps, id as ConnectionId),
      list: () => paged((after) => store.classicConnections.listLive(after, pageSize)),
    },
    job: {
      reconcile: async (id) => runner.ensure(id as JobId),
      list: async function* () {
        yield* await store.jobs.listLaunching()
      },
    },
    connectionTest: {
      reconcile: async (id) => tester.ensure(id as ConnectionTestId),
      list: () => paged((after) => store.connectionTests.listRunning(after, pageSize)),
    },
  }
}

/** Ids page by page, so that a sweep over many holds few of them. */
async function* paged(list: (after: string) => Promise<readonly string[]>): AsyncIterable<string> {
  let page = await list('')
  while (page.length > 0) {
    yield* page
    page = await list(page.at(-1) ?? '')
  }
}
