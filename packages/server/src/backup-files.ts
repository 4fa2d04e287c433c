// What a backup is made of: the names of its files, its manifest, and how a tree of files is brought to disk.

import { closeSync, fsyncSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFileName } from '@tributary/rules'
import type { CopiedFile } from '@tributary/store'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/schema'
import { UsageError } from './settings.ts'

/** The database, in a data directory and in a backup. */
export const databaseName = 'tributary.db'
/** The directory of all results, in both; one directory per job. */
export const resultsName = 'jobs'
/** The directory of the rows of managed tables, in both. */
const warehouseName = 'warehouse'
/** What says that a directory is a backup. */
export const manifestName = 'backup.json'

const manifestSchema = Type.Object({
  format: Type.Literal(1),
  version: Type.String(),
  schema: Type.Integer(),
  taken_at: Type.String(),
  results: Type.Integer(),
  table_files: Type.Optional(Type.Integer()),
  has_key: Type.Boolean(),
})
const manifest = Compile(manifestSchema)

/** What a backup says of itself; `taken_at` is ISO 8601, `results` counts the jobs whose results came along, `table_files` the files of managed tables. */
export type Manifest = Static<typeof manifestSchema>

/** @throws {UsageError} when the directory is no whole backup */
export function readManifest(path: string): Manifest {
  const read = attempt(() => JSON.parse(readFileSync(join(path, manifestName), 'utf8')) as unknown)
  if (!manifest.Check(read)) throw new UsageError(`${path} is no backup: it has no ${manifestName} of a kind that this version knows`)
  return read
}

/** Where a file of a managed table lies below a data directory, and below a backup. */
export function tableFilePath({ projectId, tableId, id }: CopiedFile): string {
  return join(warehouseName, projectId, tableId, tableFileName(id))
}

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Waits until a directory and everything in it is on disk. */
export function syncTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) syncTree(inner)
    else syncPath(inner)
  }
  syncPath(path)
}

/** Waits until one file, or the names in one directory, are on disk. */
export function syncPath(path: string): void {
  // Windows opens no directory, and brings names to disk by itself.
  if (process.platform === 'win32') return
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
