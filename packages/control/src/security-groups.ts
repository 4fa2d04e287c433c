// Security groups: what a caller may do with them; a new one comes with four rules.

import {
  type Caller,
  checkRemoveNetworkPart,
  checkRemoveSecurityGroup,
  checkSecurityGroupDraft,
  checkTags,
  defaultSecurityGroupRules,
  noNetworkPart,
  type SecurityGroup,
  type SecurityGroupDraft,
  type SecurityGroupId,
  type SecurityGroupRule,
  type SecurityGroupRuleId,
  type Tag,
  type TagDraft,
} from '@tributary/rules'
import type { Repositories, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { type MarkerListing, pageOf } from './vpcs.ts'

/** A group with its rules, oldest first, and its tags. */
export interface SecurityGroupView {
  readonly group: SecurityGroup
  readonly rules: readonly SecurityGroupRule[]
  readonly tags: readonly Tag[]
}

/** Which groups a list shows: those that match one value of each member that is there, exactly. */
export interface SecurityGroupListing extends MarkerListing {
  readonly ids?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  readonly descriptions?: readonly string[] | undefined
}

/** The use cases of security groups. */
export function securityGroups(deps: Deps) {
  const { store, clock, newId } = deps
  return {
    /** @throws {ServiceError} `invalid` */
    async create(
      caller: Caller,
      draft: SecurityGroupDraft & { readonly tags?: readonly TagDraft[] | undefined },
    ): Promise<SecurityGroupView> {
      const now = clock()
      const group: SecurityGroup = {
        ...checkSecurityGroupDraft(draft),
        id: newId() as SecurityGroupId,
        projectId: caller.project,
        createdAt: now,
        updatedAt: now,
      }
      const tags = checkTags(draft.tags ?? [])
      const rules = await store.transaction(async (tx) => {
        await tx.tags.put({ projectId: caller.project, kind: 'securityGroup', id: group.id }, tags)
        return insertSecurityGroup(deps, tx, group)
      })
      return { group, rules, tags }
    },

    /** By id. @throws {ServiceError} `invalid` */
    async list(caller: Caller, listing: SecurityGroupListing): Promise<readonly SecurityGroupView[]> {
      return viewAll(store, await store.securityGroups.list(caller.project, { ...listing, ...pageOf(listing) }))
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<SecurityGroupView> {
      return view(store, await getSecurityGroup(store, caller, id))
    },

    /** Absent members stay as they are. @throws {ServiceError} `notFound`, `invalid` */
    async update(caller: Caller, id: string, changes: Partial<SecurityGroupDraft>): Promise<SecurityGroupView> {
      return store.transaction(async (tx) => {
        const group = await getSecurityGroup(tx, caller, id)
        const { name = group.name, description = group.description } = changes
        const changed = { ...group, ...checkSecurityGroupDraft({ name, description }), updatedAt: clock() }
        await tx.securityGroups.update(changed)
        return view(tx, changed)
      })
    },

    /** @throws {ServiceError} `notFound`, `conflict` while a live classic connection or another group's rule names it */
    async remove(caller: Caller, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const group = await getSecurityGroup(tx, caller, id)
        const users = await tx.classicConnections.listUsing(caller.project, { securityGroupId: group.id })
        checkRemoveNetworkPart('securityGroup', id, users.length)
        checkRemoveSecurityGroup(group.id, await tx.securityGroupRules.listNaming(group.id))
        await tx.tags.removeAll(group.id)
        await tx.securityGroups.remove(group.id)
      })
    },
  }
}

/** Writes a group with the rules that every new one has. @returns those rules */
export async function insertSecurityGroup(
  { newId }: Pick<Deps, 'newId'>,
  tx: Transaction,
  group: SecurityGroup,
): Promise<readonly SecurityGroupRule[]> {
  const { id: securityGroupId, projectId, createdAt, updatedAt } = group
  const rules = defaultSecurityGroupRules(securityGroupId).map((parts) => {
    const id = newId() as SecurityGroupRuleId
    return { ...parts, id, projectId, securityGroupId, createdAt, updatedAt }
  })
  await tx.securityGroups.insert(group)
  await tx.securityGroupRules.insert(rules)
  return rules
}

/** @throws {ServiceError} `notFound` */
export async function getSecurityGroup(
  from: Pick<Transaction, 'securityGroups'>,
  caller: Pick<Caller, 'project'>,
  id: string,
): Promise<SecurityGroup> {
  const found = await from.securityGroups.find(caller.project, id)
  if (found === undefined) throw noNetworkPart('securityGroup', id)
  return found
}

async function view(from: Repositories, group: SecurityGroup): Promise<SecurityGroupView> {
  const [only] = await viewAll(from, [group])
  return only as SecurityGroupView
}

async function viewAll(from: Repositories, groups: readonly SecurityGroup[]): Promise<readonly SecurityGroupView[]> {
  const ids = groups.map(({ id }) => id)
  const rules = await from.securityGroupRules.listOf(ids)
  const tags = await from.tags.listOf(ids)
  return groups.map((group) => ({ group, rules: rules.get(group.id) ?? [], tags: tags.get(group.id) ?? [] }))
}
