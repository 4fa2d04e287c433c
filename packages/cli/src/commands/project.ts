// Projects, domains, and the networks that an owner declares with ids of their own.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const columns = [column('name'), column('id'), column('description')]

/** Verbs of `project`. */
export const projectVerbs: readonly Verb[] = [
  operationVerb('createProject', {
    positionals: ['name'],
    examples: [{ line: 'tributary project create reports', brief: 'A place of its own for resources:' }],
  }),
  operationVerb('listProjects', { columns, examples: [{ line: 'tributary project list', brief: 'Where one has a role:' }] }),
  operationVerb('listUserProjects', {
    columns,
    examples: [{ line: 'tributary project list-of-user ann', brief: 'Where a user has a role:' }],
  }),
  operationVerb('getProject', { examples: [{ line: 'tributary project get reports', brief: 'By name or id:' }] }),
  operationVerb('updateProject', {
    examples: [{ line: 'tributary project update reports --description "monthly figures"', brief: 'Say what it is for:' }],
  }),
  operationVerb('deleteProject', {
    said: () => 'project deleted',
    examples: [{ line: 'tributary project delete old', brief: 'An empty one:' }],
  }),
]

/** Verbs of `domain`. */
export const domainVerbs: readonly Verb[] = [
  operationVerb('listDomains', { columns, examples: [{ line: 'tributary domain list', brief: 'The accounts that one is in:' }] }),
]

/** Verbs of `network`. */
export const networkVerbs: readonly Verb[] = [
  operationVerb('declareNetworks', {
    said: () => 'declared',
    detail: [
      'For existing code that carries the ids of its VPCs and subnets: declared here, it runs unchanged. The same shape is networks: in the file of serve.',
    ],
    examples: [
      {
        line: `tributary network declare --vpcs '[{"id": "vpc-1", "project_id": "PROJECT_ID", "name": "prod", "cidr": "10.91.0.0/16"}]'`,
        brief: 'A VPC with the id that existing code knows:',
      },
      { line: 'tributary network declare --body @networks.json', brief: 'All from a file:' },
    ],
  }),
]
