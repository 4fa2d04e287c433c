// Imports of files into tables: what may be asked for, in which form the files are, and what is refused by name.

import { ServiceError } from './errors.ts'
import { parseExportPlace } from './export.ts'
import type { PartitionValue } from './partition.ts'
import { say, type Text } from './text.ts'

/** How the files of an import are read. */
export interface ImportFormat {
  readonly type: 'csv' | 'json' | 'parquet'
  /** Whether the first line of each CSV file names columns and holds no values. */
  readonly withHeader: boolean
  /** One ASCII character, CSV alone, as {@link ImportFormat.quote} and {@link ImportFormat.escape} are. */
  readonly delimiter: string
  readonly quote: string
  /** What stands before a quote inside a quoted text. */
  readonly escape: string
  /** Spark's pattern of dates; absent: as `CAST` reads them. */
  readonly dateFormat: string | undefined
  /** Spark's pattern of timestamps; absent: as `CAST` reads them. */
  readonly timestampFormat: string | undefined
}

/** What an IMPORT job does. */
export interface ImportOrder extends ImportFormat {
  /** Lower case. */
  readonly table: { readonly database: string; readonly name: string }
  /** As sent: a file, or a folder whose files are all read. */
  readonly dataPath: string
  /** The folder that takes the records which cannot be read; absent: what cannot be read of them is NULL. */
  readonly badRecordsPath: string | undefined
  /** Whether the rows take the place of those that are there. */
  readonly overwrite: boolean
  /** Where all rows go; empty: their own columns say it. */
  readonly partition: readonly PartitionValue[]
}

/** An import as it is asked for; what is absent or empty has the published default. */
export interface ImportDraft {
  readonly dataPath: string
  readonly dataType: string
  readonly database: string
  readonly table: string
  readonly withHeader?: boolean | undefined
  readonly delimiter?: string | undefined
  readonly quote?: string | undefined
  readonly escape?: string | undefined
  readonly dateFormat?: string | undefined
  readonly timestampFormat?: string | undefined
  readonly badRecordsPath?: string | undefined
  readonly overwrite?: boolean | undefined
  /** `year=2024,month=1`, or the same as members. */
  readonly partition?: string | Readonly<Record<string, string>> | undefined
}

/** Longest record of a file, in bytes: a longer one cannot be read. */
export const maxRecordBytes = 16 * 2 ** 20

/**
 * Checks what is asked for.
 * @throws {ServiceError} `invalid` for a value that is none of the published ones, `unsupported` for ORC, Avro and Carbon
 */
export function checkImport(draft: ImportDraft): ImportOrder {
  parseExportPlace(draft.dataPath)
  const badRecordsPath = presentOr(draft.badRecordsPath, undefined)
  if (badRecordsPath !== undefined) parseExportPlace(badRecordsPath)
  const delimiter = signOf('delimiter', draft.delimiter, ',')
  const quote = signOf('quote_char', draft.quote, '"')
  const escape = signOf('escape_char', draft.escape, '\\')
  if (delimiter === quote || delimiter === escape) throw invalid(say`delimiter is neither quote_char nor escape_char`)
  return {
    type: typeOf(draft.dataType),
    withHeader: draft.withHeader ?? false,
    delimiter,
    quote,
    escape,
    dateFormat: formatOf('date_format', draft.dateFormat),
    timestampFormat: formatOf('timestamp_format', draft.timestampFormat),
    table: { database: draft.database.toLowerCase(), name: draft.table.toLowerCase() },
    dataPath: draft.dataPath,
    badRecordsPath,
    overwrite: draft.overwrite ?? false,
    partition: readPartitionSpec(draft.partition),
  }
}

/** The folder of one job's bad records, so that no import writes over those of another. @param id - of the IMPORT job */
export function badRecordsFolder(badRecordsPath: string, id: string): string {
  return `${badRecordsPath.replace(/\/$/, '')}/${id}`
}

/** What an IMPORT job shows for its statement. */
export function importStatement({ dataPath, type, table, overwrite }: ImportOrder): string {
  return `IMPORT ${type.toUpperCase()} '${dataPath}' ${overwrite ? 'OVERWRITE' : 'INTO'} TABLE ${table.database}.${table.name}`
}

/** The error of a path where nothing is. @param wanted - where the server looked, below its import directory */
export function noImportFiles(dataPath: string, wanted: string): ServiceError {
  return new ServiceError(
    'invalid',
    say`${dataPath} has no files to import: the installation owner puts them into ${wanted} of the import directory, or export to it first`,
  )
}

function typeOf(sent: string): ImportFormat['type'] {
  const type = sent.toLowerCase()
  if (type === 'csv' || type === 'json' || type === 'parquet') return type
  if (['orc', 'avro', 'carbon'].includes(type))
    throw new ServiceError('unsupported', say`data_type ${type} is not imported here: write the files as parquet, json or csv`)
  throw invalid(say`data_type "${sent.slice(0, 64)}" is unknown: it is one of ${'csv, json, parquet'}`)
}

/** `\t` is what clients send for a tab. */
function signOf(member: string, sent: string | undefined, otherwise: string): string {
  const sign = presentOr(sent, otherwise)
  if (sign === '\\t' || sign === '\t') return '\t'
  if (!/^[ -~]$/.test(sign)) throw invalid(say`${member} is one ASCII character, or \\t for a tab`)
  return sign
}

function formatOf(member: string, sent: string | undefined): string | undefined {
  const format = presentOr(sent, undefined)
  if (format !== undefined && format.length > 64) throw invalid(say`${member} is longer than ${64} characters`)
  return format
}

function readPartitionSpec(sent: ImportDraft['partition'] = ''): readonly PartitionValue[] {
  if (typeof sent !== 'string') return Object.entries(sent).map(([column, value]) => ({ column: column.toLowerCase(), value }))
  if (sent.trim() === '') return []
  return sent.split(/[,/]/).map((entry) => {
    const [, column = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(entry) ?? []
    if (column === '') throw invalid(say`partition_spec is not understood at "${entry.slice(0, 64)}": send year=2024,month=1`)
    return { column: column.toLowerCase(), value: value.replace(/^'(.*)'$/, '$1') }
  })
}

function presentOr<Otherwise>(sent: string | undefined, otherwise: Otherwise): string | Otherwise {
  return sent === undefined || sent === '' ? otherwise : sent
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
