// Rules of security groups: what a caller may do with them; what relies on their group is looked at again.

import {
  type Caller,
  checkNewSecurityGroupRule,
  checkSecurityGroupRuleDraft,
  noSecurityGroupRule,
  type SecurityGroupRule,
  type SecurityGroupRuleDraft,
  type SecurityGroupRuleId,
} from '@tributary/rules'
import type { SecurityGroupRuleFilter, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { getSecurityGroup } from './security-groups.ts'
import { settleGround } from './settling.ts'
import { pageOf } from './vpcs.ts'

/** Which rules a list shows: those that match one value of each member that is there, exactly. */
export type SecurityGroupRuleListing = Omit<SecurityGroupRuleFilter, 'limit'> & { readonly limit?: number | undefined }

/** The use cases of rules of security groups. */
export function securityGroupRules(deps: Deps) {
  const { store, clock, newId } = deps
  return {
    /** @throws {ServiceError} `notFound` group, `invalid`, `conflict` for a rule that is there already, `exhausted` */
    async create(caller: Caller, securityGroupId: string, draft: SecurityGroupRuleDraft): Promise<SecurityGroupRule> {
      const parts = checkSecurityGroupRuleDraft(draft)
      const rule = await store.transaction(async (tx) => {
        const group = await getSecurityGroup(tx, caller, securityGroupId)
        if (parts.remoteGroupId !== undefined) await getSecurityGroup(tx, caller, parts.remoteGroupId)
        const existing = (await tx.securityGroupRules.listOf([group.id])).get(group.id) ?? []
        checkNewSecurityGroupRule(group.id, parts, existing)
        const now = clock()
        const made = { ...parts, id: newId() as SecurityGroupRuleId, projectId: caller.project, securityGroupId: group.id }
        await tx.securityGroupRules.insert([{ ...made, createdAt: now, updatedAt: now }])
        return { ...made, createdAt: now, updatedAt: now }
      })
      await settleGround(deps, caller.project, { securityGroupId: rule.securityGroupId })
      return rule
    },

    /** By id. @throws {ServiceError} `invalid` */
    async list(caller: Caller, listing: SecurityGroupRuleListing): Promise<readonly SecurityGroupRule[]> {
      return store.securityGroupRules.list(caller.project, { ...listing, ...pageOf(listing) })
    },

    /** @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<SecurityGroupRule> {
      return getRule(store, caller, id)
    },

    /** @throws {ServiceError} `notFound` */
    async remove(caller: Caller, id: string): Promise<void> {
      const { securityGroupId } = await store.transaction(async (tx) => {
        const rule = await getRule(tx, caller, id)
        await tx.securityGroupRules.remove(rule.id)
        return rule
      })
      await settleGround(deps, caller.project, { securityGroupId })
    },
  }
}

async function getRule(from: Pick<Transaction, 'securityGroupRules'>, caller: Caller, id: string): Promise<SecurityGroupRule> {
  const found = await from.securityGroupRules.find(caller.project, id)
  if (found === undefined) throw noSecurityGroupRule(id)
  return found
}
