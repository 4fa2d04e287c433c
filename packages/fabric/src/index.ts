// The door of the room: how packets go. The dialler has a door of its own, `@tributary/fabric/dial`.

export type { Driver } from './driver.ts'
export { memoryDriver } from './drivers/memory.ts'
export { type Member, UserspaceDriver, type UserspaceSettings } from './drivers/userspace.ts'
export { type ExpectedPeer, openRelay, type Refused, type Relay, type RelayEnding, type RelaySettings } from './relay.ts'
