// The door of the room: how packets go. The diallers have doors of their own, `@tributary/fabric/dial` and `@tributary/fabric/through-door`.

export { Door, type DoorSettings } from './door.ts'
export type { Driver } from './driver.ts'
export { memoryDriver } from './drivers/memory.ts'
export { type Member, UserspaceDriver, type UserspaceSettings } from './drivers/userspace.ts'
export { type ExpectedPeer, openRelay, type Refused, type Relay, type RelayEnding, type RelaySettings } from './relay.ts'
