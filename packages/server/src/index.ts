// The door of the room: a server to start, and its settings.

export type { Credentials } from './credentials.ts'
export { exitCodes } from './help.ts'
export { allWireErrors } from './http/errors.ts'
export { InUseError } from './in-use.ts'
export { openLog } from './log.ts'
export { type RunningServer, startServer } from './serve.ts'
export { type Setting, variableOf } from './setting.ts'
export { readSettings } from './read-settings.ts'
export { type Settings, settings, UsageError } from './settings.ts'
