// Peerings of datasource connections as the VPC service shows them; they are made and removed with bindings alone.

import {
  type Identity,
  noVpcPeering,
  type PeeringState,
  type ProjectId,
  ServiceError,
  type VpcPeering,
  vpcPeeringStatus,
  say,
} from '@tributary/rules'
import { enter } from './access.ts'
import type { Deps } from './deps.ts'
import { type MarkerListing, pageOf } from './vpcs.ts'

/** Which peerings a list shows; `vpcId` is either side's, `status` one of the VPC service's words. */
export interface VpcPeeringListing extends MarkerListing {
  readonly name?: string | undefined
  readonly status?: string | undefined
  readonly tenantId?: string | undefined
  readonly vpcId?: string | undefined
}

/** The use cases of peerings of VPCs. The project is a token's own, or the one that a signed call names beside its path. */
export function vpcPeerings({ store }: Deps) {
  const projectOf = async (identity: Identity, named: string | undefined): Promise<ProjectId> => {
    const project = named ?? identity.scope
    if (project === undefined) throw new ServiceError('invalid', say`X-Project-Id is missing: name the project in this header`)
    return (await enter(store, identity, project, 'reader')).project
  }
  return {
    /** By id. @throws {ServiceError} `forbidden`, `invalid` without a project */
    async list(identity: Identity, project: string | undefined, listing: VpcPeeringListing): Promise<readonly VpcPeering[]> {
      const projectId = await projectOf(identity, project)
      const { status, tenantId = projectId, name, vpcId } = listing
      const state = (['CREATING', 'ACTIVE', 'FAILED'] satisfies PeeringState[]).find((each) => vpcPeeringStatus(each) === status)
      if (tenantId !== projectId || (status !== undefined && state === undefined)) return []
      return store.vpcPeerings.list(projectId, { ...pageOf(listing), name, vpcId, state })
    },

    /** @throws {ServiceError} `forbidden`, `invalid` without a project, `notFound` */
    async get(identity: Identity, project: string | undefined, id: string): Promise<VpcPeering> {
      const [found] = await store.vpcPeerings.list(await projectOf(identity, project), { id, limit: 1 })
      if (found === undefined) throw noVpcPeering(id)
      return found
    },
  }
}
