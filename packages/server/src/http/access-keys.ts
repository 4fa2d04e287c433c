// Access keys: wire in, one use case, wire out. A secret goes out once, when it is made.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { iamDate } from './tokens.ts'

type WireKey = ResultOf<typeof operations.getAccessKey>['credential']
type Shown = Awaited<ReturnType<Control['accessKeys']['get']>>

/** Routes of access keys. */
export function accessKeyRoutes(door: Door, control: Control): void {
  door.on(operations.createAccessKey, async ({ identity, body }) => {
    const { user_id, description } = body.credential
    const made = await control.accessKeys.create(identity, { userId: user_id, description })
    return { credential: { ...toWire(made), secret: made.secretKey } }
  })
  door.on(operations.listAccessKeys, async ({ identity, query }) => ({
    credentials: (await control.accessKeys.list(identity, query.user_id)).map(toWire),
  }))
  door.on(operations.getAccessKey, async ({ identity, params }) => ({
    credential: toWire(await control.accessKeys.get(identity, params.access_key)),
  }))
  door.on(operations.updateAccessKey, async ({ identity, params, body }) => {
    const { status, description } = body.credential
    const isActive = status === undefined ? undefined : status === 'active'
    return { credential: toWire(await control.accessKeys.update(identity, params.access_key, { description, isActive })) }
  })
  door.on(operations.deleteAccessKey, async ({ identity, params }) => {
    await control.accessKeys.remove(identity, params.access_key)
    return undefined
  })
}

function toWire({ accessKey, userId, isActive, createdAt, description }: Shown): WireKey {
  return { user_id: userId, access: accessKey, status: isActive ? 'active' : 'inactive', create_time: iamDate(createdAt), description }
}
