// Classic connections: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { ClassicConnectionView, Control } from '@tributary/control'
import type { ClassicBinding, ClassicConnectionState } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'
import type { Words } from './messages/language.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of classic connections. */
export function classicConnectionRoutes(door: Door, control: Control): void {
  door.on(operations.createClassicConnection, async ({ caller, body }) => {
    const connection = await control.classicConnections.create(caller, {
      name: body.name,
      service: body.service,
      securityGroupId: body.security_group_id,
      subnetId: body.network_id,
      url: body.url,
      clusterName: body.cluster_name,
      tags: body.tags ?? [],
    })
    return success({ connection_id: connection.id })
  })
  door.on(operations.listClassicConnections, async ({ caller, query, words }) => {
    const found = await control.classicConnections.list(caller, { tags: tagsOf(query.tags) })
    const connections = found.map((view) =>
      success({ ...toWire(view, words), queue_list: view.bindings.map(({ queueName }) => queueName) }, words(view.connection.errMsg)),
    )
    return success({ count: found.length, connections })
  })
  door.on(operations.getClassicConnection, async ({ caller, params, words }) => {
    const view = await control.classicConnections.get(caller, params.connection_id)
    // Without a bound queue there is no other place for the reason of a FAILED one.
    return success({ ...toWire(view, words), count: 1 }, words(view.connection.errMsg))
  })
  door.on(operations.deleteClassicConnection, async ({ caller, params }) => {
    await control.classicConnections.remove(caller, params.connection_id)
    return success({}, 'Deleted')
  })
  door.on(operations.associateClassicQueue, async ({ caller, params, body }) => {
    await control.classicConnections.bind(caller, params.connection_id, body.queues)
    return success({}, `associated peer connection for queues: {${body.queues.join(',')}}.`)
  })
  door.on(operations.disassociateClassicQueue, async ({ caller, params, body }) => {
    await control.classicConnections.unbind(caller, params.connection_id, body.queues)
    return success({}, `Disassociated peer connection for queues:{${body.queues.join(',')}}.`)
  })
  door.on(operations.reactivateClassicConnection, async ({ caller, params }) => {
    await control.classicConnections.reactivate(caller, params.connection_id)
    return success({})
  })
}

type WireClassic = Omit<ResultOf<typeof operations.getClassicConnection>, 'is_success' | 'message' | 'count'>

function toWire({ connection, bindings }: ClassicConnectionView, words: Words): WireClassic {
  const isUsable = connection.state === 'ACTIVE'
  return {
    connection_id: connection.id,
    name: connection.name,
    destination: connection.url,
    service: connection.service,
    state: connection.state,
    process: progressOf(connection.state, bindings),
    connection_url: isUsable ? connection.addresses.map(({ name, port }) => `${name}:${port}`).join(',') : '',
    cluster_name: connection.clusterName ?? '',
    create_time: connection.createdAt,
    available_queue_info: bindings.map((binding) => bound(binding, words)),
  }
}

/** The part of its bindings that have settled while it is CREATING. */
function progressOf(state: ClassicConnectionState, bindings: readonly ClassicBinding[]): number {
  if (state !== 'CREATING') return state === 'ACTIVE' ? 1 : 0
  return bindings.length === 0 ? 0 : bindings.filter((binding) => binding.state !== 'CREATING').length / bindings.length
}

function bound({ peerId, state, queueName, errMsg, updatedAt }: ClassicBinding, words: Words): WireClassic['available_queue_info'][number] {
  return { peer_id: peerId, uuid: peerId, status: state, name: queueName, err_msg: words(errMsg), update_time: updatedAt }
}
