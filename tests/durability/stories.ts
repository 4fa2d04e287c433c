// Every kind of write, as stories that a writer tells; and what changes nothing although it is no GET.

import type { OperationId } from '@tributary/contract'
import {
  alteredTableStory,
  authInfoStory,
  cancelStory,
  databaseStory,
  exportStory,
  jobStory,
  managedTableStory,
  transferStory,
  viewStory,
} from './stories-catalog.ts'
import { classicStory, connectionStory, connectionTestStory, reactivationStory } from './stories-connections.ts'
import { clockStory } from './stories-clock.ts'
import { passwordStory, projectStory, quotaStory, tokenStory, userStory } from './stories-identity.ts'
import { declaredStory, groupStory, newerGroupStory, vpcStory } from './stories-networks.ts'
import { poolStory, queueStory } from './stories-queues.ts'
import type { Writer } from './writer.ts'

/** Told from its first write to its last, unless the server is killed. */
export type Story = (writer: Writer) => Promise<void>

/** All stories; together they make every write of the contract. */
export const stories: readonly Story[] = [
  tokenStory,
  userStory,
  passwordStory,
  projectStory,
  quotaStory,
  clockStory,
  declaredStory,
  vpcStory,
  groupStory,
  newerGroupStory,
  queueStory,
  poolStory,
  connectionStory,
  classicStory,
  reactivationStory,
  connectionTestStory,
  authInfoStory,
  databaseStory,
  managedTableStory,
  alteredTableStory,
  viewStory,
  jobStory,
  exportStory,
  transferStory,
  cancelStory,
]

/** Operations with a body that change nothing which is kept, each with the reason. */
export const readsInDisguise: Readonly<Partial<Record<OperationId, string>>> = {
  checkConnection: 'judges a draft and writes nothing',
  filterResources: 'a search whose terms are too long for a query',
  countResources: 'a search whose terms are too long for a query',
  checkSql: 'judges a statement and writes nothing',
  examineQueue: 'dials and tells; what it saw of reachability is written behind the answer and promised by none',
}
