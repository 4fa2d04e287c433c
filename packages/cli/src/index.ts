// The door of the room: the text that the command line begins with.

export { help } from './help.ts'
