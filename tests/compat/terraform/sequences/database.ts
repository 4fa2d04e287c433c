// huaweicloud_dli_database: found by a keyword and then by its exact name; only its owner can be changed in place.

import { filled, textOf, tagsOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import type { Provider } from './provider.ts'

/** The resource. */
export const database: Resource = {
  schema: {
    name: given('string'),
    description: given('string'),
    enterprise_project_id: computed('string'),
    owner: computed('string'),
    tags: computed('map'),
  },
  create,
  read,
  update,
  remove,
  importState: (name) => ({ name }),
}

const all = 'v1.0/{project_id}/databases'
const shape = {
  is_success: 'bool',
  message: 'string',
  database_count: 'int',
  databases: [
    {
      database_name: 'string',
      owner: 'string',
      table_number: 'int',
      description: 'string',
      is_shared: 'bool',
      enterprise_project_id: 'string',
      resource_id: 'string',
    },
  ],
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name: database_name, description, enterprise_project_id } = configuration
  const body = filled({ database_name, description, enterprise_project_id, tags: tagsOf(configuration) })
  await provider.tell({ method: 'POST', path: all, body })
  return String(database_name)
}

async function read(provider: Provider, state: Attributes): Promise<Attributes | undefined> {
  const listed = await provider.read({ method: 'GET', path: `${all}?keyword=${textOf(state, 'name')}` }, shape)
  if (!listed.is_success) throw new Error(listed.message)
  const found = listed.databases.find(({ database_name }) => database_name === state['name'])
  if (found === undefined) return undefined
  const { database_name: name, description, enterprise_project_id, owner, resource_id } = found
  return { id: resource_id === '' ? name : resource_id, name, description, enterprise_project_id, owner }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  await provider.tell({ method: 'PUT', path: `${all}/${textOf(before, 'name')}/owner`, body: { new_owner: after['owner'] } })
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  await provider.send({ method: 'DELETE', path: `${all}/${textOf(state, 'name')}` })
}
