// Quotas: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { UsedQuota } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of quotas. */
export function quotaRoutes(door: Door, control: Control): void {
  // The published list has the CU of queues alone; the others are shown by our own call.
  door.on(operations.listQuotas, async ({ caller }) => {
    const found = await control.quotas.list(caller)
    return { is_success: true, quotas: { resources: found.filter(({ kind }) => kind === 'QUEUE_CU').map(toWire) } }
  })
  door.on(operations.getProjectQuotas, async ({ identity, params }) =>
    success({ quotas: (await control.quotas.listFor(identity, params.project_id)).map(toWire) }),
  )
  door.on(operations.putProjectQuotas, async ({ identity, params, body }) => {
    const drafts = body.quotas.map(({ type, quota }) => ({ kind: type, most: quota }))
    return success({ quotas: (await control.quotas.put(identity, params.project_id, drafts)).map(toWire) })
  })
}

function toWire({ kind, least, ceiling, most, used }: UsedQuota): ResultOf<typeof operations.getProjectQuotas>['quotas'][number] {
  return { type: kind, min: least, max: ceiling, quota: most, used }
}
