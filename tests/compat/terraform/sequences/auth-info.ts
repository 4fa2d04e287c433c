// huaweicloud_dli_datasource_auth: read by its name, and gone when the list is empty; secrets are kept from the configuration.

import { filled, textOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import type { Provider } from './provider.ts'

/** The resource. */
export const authInfo: Resource = {
  schema: {
    name: given('string'),
    type: given('string'),
    user_name: computed('string'),
    password: computed('string'),
    certificate_location: computed('string'),
    truststore_location: computed('string'),
    truststore_password: computed('string'),
    keystore_location: computed('string'),
    keystore_password: computed('string'),
    key_password: computed('string'),
    krb5_conf: computed('string'),
    keytab: computed('string'),
    owner: computed('string'),
    created_at: computed('string'),
    updated_at: computed('string'),
  },
  create,
  read,
  update,
  remove,
  importState: (id) => ({ id }),
}

/** Where auth-infos are listed and made. */
export const authInfos = 'v3/{project_id}/datasource/auth-infos'

async function create(provider: Provider, { name, type, ...members }: Attributes): Promise<string> {
  const body = filled({ auth_info_name: name, datasource_type: type, ...members })
  await provider.tell({ method: 'POST', path: authInfos, body, statuses: [201] })
  return String(name)
}

const shape = {
  is_success: 'bool',
  auth_infos: [
    {
      auth_info_name: 'string',
      datasource_type: 'string',
      user_name: 'string',
      certificate_location: 'string',
      truststore_location: 'string',
      keystore_location: 'string',
      krb5_conf: 'string',
      keytab: 'string',
      owner: 'string',
      create_time: 'int',
      update_time: 'int',
    },
  ],
} as const

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const call = { method: 'GET', path: `${authInfos}?auth_info_name=${String(id)}`, statuses: [200] } as const
  const listed = await provider.read(call, shape)
  if (!listed.is_success) throw new Error('the auth-infos cannot be listed')
  const [found] = listed.auth_infos
  if (found === undefined) return undefined
  const { auth_info_name: name, datasource_type: type, create_time, update_time, ...shown } = found
  return { ...shown, name, type, created_at: new Date(create_time).toISOString(), updated_at: new Date(update_time).toISOString() }
}

const changeable = ['user_name', 'password', 'truststore_location', 'truststore_password', 'keystore_location', 'keystore_password']

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const members = [...changeable, 'krb5_conf', 'keytab'].map((name) => [name, after[name]] as const)
  const body = filled({ auth_info_name: textOf(before, 'name'), ...Object.fromEntries(members) })
  await provider.tell({ method: 'PUT', path: authInfos, body, statuses: [200] })
}

async function remove(provider: Provider, { id }: Attributes): Promise<void> {
  await provider.tell({ method: 'DELETE', path: `${authInfos}/${String(id)}`, statuses: [200] })
}
