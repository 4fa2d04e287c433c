// The door of the room: what tests of the whole run and read.

export { everyVerb } from './commands/every-verb.ts'
export { procedure } from './help.ts'
export type { Verb } from './verb.ts'
