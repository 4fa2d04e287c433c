// Tags of VPCs, subnets and security groups.

import { type Caller, checkTags, ServiceError, type Tag, type TagDraft, say } from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { getSecurityGroup } from './security-groups.ts'
import { getSubnet } from './subnets.ts'
import { getVpc } from './vpcs.ts'

/** A part of a network that carries tags. */
export interface TaggedPart {
  readonly kind: 'vpc' | 'subnet' | 'securityGroup'
  readonly id: string
}

/** The use cases of tags of the VPC service. */
export function vpcTags({ store }: Deps) {
  return {
    /** By key. @throws {ServiceError} `notFound` */
    async list(caller: Caller, part: TaggedPart): Promise<readonly Tag[]> {
      await getPart(store, caller, part)
      return store.tags.list(part.id)
    },

    /**
     * Adds tags, where a key that is there gets the new value, or removes them by key, where one that is not there is fine.
     * @throws {ServiceError} `notFound`, `invalid`: another action, a wrong key or value, more than 20 tags in the end
     */
    async change(caller: Caller, part: TaggedPart, action: string, tags: readonly TagDraft[]): Promise<void> {
      const kinds = { subject: { kind: part.kind, name: part.id.slice(0, 64) } } as const
      if (action !== 'create' && action !== 'delete') throw new ServiceError('invalid', say`action is create or delete`, kinds)
      await store.transaction(async (tx) => {
        await getPart(tx, caller, part)
        const keys = tags.map(({ key }) => key)
        if (action === 'delete') {
          await tx.tags.removeKeys(part.id, keys)
          return
        }
        const added = checkTags(tags)
        const kept = (await tx.tags.list(part.id)).filter(({ key }) => !keys.includes(key))
        checkTags([...kept, ...added])
        await tx.tags.put({ projectId: caller.project, ...part }, added)
      })
    },
  }
}

async function getPart(from: Repositories, caller: Caller, { kind, id }: TaggedPart): Promise<void> {
  switch (kind) {
    case 'vpc':
      await getVpc(from, caller.project, id)
      return
    case 'subnet':
      await getSubnet(from, caller, id)
      return
    case 'securityGroup':
      await getSecurityGroup(from, caller, id)
      return
  }
}
