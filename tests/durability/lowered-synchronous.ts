// Loaded before the server by a test alone: has SQLite answer before the disk does, so that the counting of syncs can be seen to fail.

import { DatabaseSync } from 'node:sqlite'

const level = process.env['LOWERED_SYNCHRONOUS'] ?? 'off'
// oxlint-disable-next-line typescript/unbound-method -- it is called on its own database below
const exec = DatabaseSync.prototype.exec

DatabaseSync.prototype.exec = function lowered(this: DatabaseSync, sql: string): void {
  exec.call(this, sql.replace(/synchronous\s*=\s*full/gi, `synchronous = ${level}`))
}
