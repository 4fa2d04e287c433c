// The committed databases of earlier releases: what opens their secrets, and how their rows are read.

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DatabaseSync } from 'node:sqlite'

/** The key under which they are sealed, base64; it guards nothing but test data. */
export const installationKey = Buffer.alloc(32, 'tributary test key').toString('base64')

/** Their files, oldest first; the number is that of their schema. */
export function installations(): readonly { readonly schema: number; readonly path: string }[] {
  const folder = new URL('./', import.meta.url)
  return readdirSync(folder)
    .filter((name) => /^schema-\d{4}[.]db$/.test(name))
    .toSorted()
    .map((name) => ({ schema: Number(name.slice(7, 11)), path: fileURLToPath(new URL(name, folder)) }))
}

/** All tables of a database, by name. */
export function tablesOf(database: DatabaseSync): readonly string[] {
  return database
    .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
    .all()
    .map(({ name }) => String(name))
}
