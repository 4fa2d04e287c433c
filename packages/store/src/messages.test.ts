// Messages that were kept as plain text before migration 11 read as they were, in every table that holds some.

import { inWords, isSilent, textFromJson } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { migrate, readMigrations } from './migrate.ts'
import { SqliteFile } from './sqlite.ts'

const columns = {
  peerings: 'err_msg',
  pool_peerings: 'err_msg',
  classic_connections: 'err_msg',
  classic_bindings: 'err_msg',
  jobs: 'message',
  connection_tests: 'message',
  reachability: 'message',
} as const

const kept = 'Failed. message : {"code":"VPC.0202","message":"say \\"{0}\\""}.\nnext line 网'

/** Writes a row in which nothing but its key and its message matters. */
function plant(file: SqliteFile, table: string, column: string, key: string, message: string): void {
  const members = file.prepare(`select name, type, "notnull" as is_needed, pk from pragma_table_info('${table}')`).all([]) as {
    readonly name: string
    readonly type: string
    readonly is_needed: number
    readonly pk: number
  }[]
  const needed = members.filter(({ is_needed, pk }) => is_needed === 1 || pk > 0)
  const values = needed.map(({ name, type, pk }) => (name === column ? message : pk > 0 || type === 'text' ? key : key.length))
  const places = needed.map(() => '?').join(', ')
  file.prepare(`insert into ${table} (${needed.map(({ name }) => `"${name}"`).join(', ')}) values (${places})`).run(values)
}

describe('messages of older databases', () => {
  it.each(Object.entries(columns))('in %s read as they were', (table, column) => {
    const file = new SqliteFile(':memory:')
    const all = readMigrations()
    const before = all.filter(({ number }) => number < 11)
    expect(before.length).toBeLessThan(all.length)
    migrate(file, before)
    file.run('pragma foreign_keys = off; pragma ignore_check_constraints = on')
    plant(file, table, column, 'a', kept)
    plant(file, table, column, 'bb', '')
    migrate(file, all)
    const rows = file.prepare(`select ${column} as message from ${table} order by length(${column}) desc`).all([]) as { message: string }[]
    expect(rows.map(({ message }) => inWords(textFromJson(message)))).toEqual([kept, ''])
    expect(rows.map(({ message }) => isSilent(textFromJson(message)))).toEqual([false, true])
    file.close()
  })
})
