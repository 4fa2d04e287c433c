// huaweicloud_dli_permission: always an update, an empty one to remove; read from the users of a queue, a database or a table.

import { textOf, textsOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { inEnglish, isGone, type Provider } from './provider.ts'

/** The resource. The privileges are a list: their order counts. */
export const permission: Resource = {
  schema: { user_name: given('string'), object: given('string'), privileges: given({ list: 'string' }), is_admin: computed('bool') },
  create: async (provider, configuration) => {
    await put(provider, configuration, textsOf(configuration, 'privileges'))
    return `${textOf(configuration, 'object')}/${textOf(configuration, 'user_name')}`
  },
  read,
  update: (provider, _before, after) => put(provider, after, textsOf(after, 'privileges')),
  remove: (provider, state) => put(provider, state, []),
  importState: (id) => ({ id }),
}

async function put(provider: Provider, attributes: Attributes, privileges: readonly string[]): Promise<void> {
  const [object, user_name] = [textOf(attributes, 'object'), attributes['user_name']]
  const call = { method: 'PUT', headers: inEnglish } as const
  const queue = /^queues\.(.*)/.exec(object)?.[1]
  if (queue === undefined) {
    const body = { user_name, action: 'update', privileges: [{ object, privileges }] }
    await provider.tell({ ...call, path: 'v1.0/{project_id}/user-authorization', body })
  } else {
    const body = { queue_name: queue, user_name, action: 'update', privileges }
    await provider.tell({ ...call, path: 'v1.0/{project_id}/queues/user-authorization', body })
  }
}

const shape = {
  is_success: 'bool',
  privileges: [{ is_admin: 'bool', user_name: 'string', object: 'string', privileges: ['string'] }],
} as const

async function read(provider: Provider, state: Attributes): Promise<Attributes | undefined> {
  const [object = '', user = ''] = textOf(state, 'id').split('/')
  const listed = await provider.read({ method: 'GET', path: usersOf(object), headers: inEnglish }, shape).catch((error: unknown) => {
    if (!isGone(error, 'DLI.0002')) throw error
  })
  const found = listed?.privileges.find((held) => held.user_name === user && (held.object === '' || held.object === object))
  if (found === undefined) return undefined
  return { user_name: found.user_name, object, privileges: found.privileges, is_admin: found.is_admin }
}

/** Where the users of an object are listed. */
function usersOf(object: string): string {
  const [kind, name, , table] = object.split('.')
  if (kind === 'queues') return `v1.0/{project_id}/queues/${String(name)}/users`
  if (kind !== 'databases') return `v1.0/{project_id}/authorization/privileges?object=${object}`
  return `v1.0/{project_id}/databases/${String(name)}${table === undefined ? '' : `/tables/${table}`}/users`
}
