// Quotas on the wire: the published list, and our own call by which the installation owner sets them.

import { Type } from 'typebox'
import { answer, inProject, members } from './envelope.ts'
import { operation } from './operation.ts'

const quota = members({
  type: Type.String({ description: 'QUEUE_CU, ELASTIC_RESOURCE_POOL_CU, ENHANCED_CONNECTION, SQL_JOB or TABLE_MIB' }),
  min: Type.Integer({ description: 'what one takes at least' }),
  max: Type.Integer({ description: 'the largest quota that can be set' }),
  quota: Type.Integer({ description: 'what the project may have' }),
  used: Type.Integer(),
})

/** `GET /v3/{project_id}/quotas` */
const listQuotas = operation({
  id: 'listQuotas',
  noun: 'quotas',
  method: 'GET',
  path: '/v3/{project_id}/quotas',
  summary: 'Show how many CU the queues of the project may have together, and how many they have.',
  action: 'dli:quota:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  response: {
    status: 200,
    schema: members({ is_success: Type.Boolean(), quotas: members({ resources: Type.Array(quota) }) }),
  },
  fidelity: { state: 'real', note: '', witness: 'a quota is shown, set by the owner, and refuses the unit after the last' },
})

const path = '/tributary/v1/projects/{project_id}/quotas'
const witness = 'a quota is shown, set by the owner, and refuses the unit after the last'
const shown = answer({ quotas: Type.Array(quota) })

/** `GET /tributary/v1/projects/{project_id}/quotas` */
const getProjectQuotas = operation({
  id: 'getProjectQuotas',
  noun: 'quotas',
  method: 'GET',
  path,
  summary: 'Read every quota of a project: who may read the project, and the installation owner.',
  action: 'tributary:quota:get',
  needs: 'identity',
  family: 'tributary',
  params: Type.Object(inProject),
  response: { status: 200, schema: shown },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /tributary/v1/projects/{project_id}/quotas` */
const putProjectQuotas = operation({
  id: 'putProjectQuotas',
  noun: 'quotas',
  method: 'PUT',
  path,
  summary: 'Set quotas of a project, all or none; those that are not named stay. What is there already stays.',
  action: 'tributary:quota:put',
  needs: 'owner',
  family: 'tributary',
  params: Type.Object(inProject),
  body: Type.Object(
    {
      quotas: Type.Array(
        Type.Object(
          { type: Type.String(), quota: Type.Integer({ description: 'from 0 to the max that is shown' }) },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 20 },
      ),
    },
    { additionalProperties: false },
  ),
  response: { status: 200, schema: shown },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of quotas, by id. */
export const quotaOperations = { listQuotas, getProjectQuotas, putProjectQuotas }
