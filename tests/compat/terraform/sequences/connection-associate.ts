// huaweicloud_dli_datasource_connection_associate: the pools of a connection; a connection without any has no such resource.

import { difference, textOf, textsOf } from './attributes.ts'
import { connectionShape, connections } from './connection.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, given } from './plan.ts'
import { isGone, type Provider } from './provider.ts'

/** The resource. */
export const connectionAssociate: Resource = {
  schema: { connection_id: given('string'), elastic_resource_pools: given({ set: 'string' }) },
  create,
  read,
  update,
  remove: (provider, state) =>
    bind(provider, textOf(state, 'id'), { name: 'disassociate', pools: textsOf(state, 'elastic_resource_pools') }),
  importState: (id) => ({ id }),
}

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const id = textOf(configuration, 'connection_id')
  await bind(provider, id, { name: 'associate', pools: textsOf(configuration, 'elastic_resource_pools') })
  return id
}

async function bind(provider: Provider, id: string, { name, pools }: { name: string; pools: readonly string[] }): Promise<void> {
  await provider.tell({ method: 'POST', path: `${connections}/${id}/${name}-queue`, body: { elastic_resource_pools: pools } })
}

async function read(provider: Provider, state: Attributes): Promise<Attributes | undefined> {
  const id = textOf(state, 'id')
  const found = await provider.read({ method: 'GET', path: `${connections}/${id}` }, connectionShape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  const pools = (found?.elastic_resource_pools ?? []).map(({ name }) => name)
  return pools.length === 0 ? undefined : { connection_id: id, elastic_resource_pools: pools }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const id = textOf(before, 'id')
  const [old, wanted] = [textsOf(before, 'elastic_resource_pools'), textsOf(after, 'elastic_resource_pools')]
  const [gone, come] = [difference(old, wanted), difference(wanted, old)]
  if (gone.length > 0) await bind(provider, id, { name: 'disassociate', pools: gone })
  if (come.length > 0) await bind(provider, id, { name: 'associate', pools: come })
}
