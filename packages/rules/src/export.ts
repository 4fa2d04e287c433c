// Exports of results: where they may go, in which form, and what is refused by name.

import { formatColumnType, isColumnType, type ResultColumn } from './column.ts'
import { ServiceError } from './errors.ts'
import type { JobId } from './ids.ts'
import { say, type Text } from './text.ts'

/** As published; GB2312 is the standard of 1980, GBK what Windows calls 936. */
export type ExportEncoding = 'utf-8' | 'gb2312' | 'gbk'

/** How the rows of an export are written. */
export interface ExportFormat {
  readonly type: 'csv' | 'json'
  readonly compress: 'none' | 'gzip' | 'deflate'
  /** Whether a CSV file begins with the names of the columns. */
  readonly withHeader: boolean
  /** Most rows; 0 for all. */
  readonly limit: number
  readonly encoding: ExportEncoding
  /** One ASCII character, CSV alone. */
  readonly quote: string
  /** What stands before a quote inside a text; one ASCII character, CSV alone. */
  readonly escape: string
}

/** A folder of object storage: a bucket and names below it. */
export interface ExportPlace {
  readonly bucket: string
  /** At least one. */
  readonly folders: readonly string[]
}

/** What an EXPORT job does. */
export interface ExportOrder extends ExportFormat {
  /** The QUERY job whose result is exported; absent where a table is. */
  readonly source?: JobId
  /** In lower case; absent where a result is exported. */
  readonly table?: { readonly database: string; readonly name: string }
  /** As sent. */
  readonly dataPath: string
  readonly mode: 'ErrorIfExists' | 'Overwrite'
}

/** An export as it is asked for; what is absent or empty has the published default. */
export interface ExportDraft {
  readonly dataPath: string
  readonly dataType: string
  readonly compress?: string | undefined
  readonly mode?: string | undefined
  readonly withHeader?: boolean | undefined
  readonly limit?: number | undefined
  readonly encoding?: string | undefined
  readonly quote?: string | undefined
  readonly escape?: string | undefined
}

/** Longest `data_path`, in characters. */
export const maxDataPath = 1024

/**
 * Checks what is asked for.
 * @throws {ServiceError} `invalid` for a value that is none of the published ones, `unsupported` for bzip2
 */
export function checkExport(of: Pick<ExportOrder, 'source' | 'table'>, draft: ExportDraft): ExportOrder {
  parseExportPlace(draft.dataPath)
  const limit = draft.limit ?? 0
  if (!Number.isSafeInteger(limit) || limit < 0) throw invalid(say`limit_num is a whole number, 0 for all rows`)
  const quote = signOf('quote_char', draft.quote, '"')
  const escape = signOf('escape_char', draft.escape, '\\')
  return {
    ...of,
    dataPath: draft.dataPath,
    type: oneOf('data_type', draft.dataType, ['csv', 'json']),
    compress: compressOf(draft.compress),
    mode: oneOf('export_mode', draft.mode, ['ErrorIfExists', 'Overwrite']),
    withHeader: draft.withHeader ?? false,
    limit,
    encoding: oneOf('encoding_type', draft.encoding, ['utf-8', 'gb2312', 'gbk']),
    quote,
    escape,
  }
}

/**
 * Reads a path like `obs://bucket/folder/folder`; a slash at its end is left out.
 * @throws {ServiceError} `invalid` for any other, for a path without a folder, and for names that would lead elsewhere
 */
export function parseExportPlace(dataPath: string): ExportPlace {
  const shown = `"${dataPath.slice(0, 128)}"`
  const [, bucket = '', rest = ''] = /^obs:\/\/([^/]*)(?:\/(.*))?$/is.exec(dataPath) ?? []
  if (bucket === '' || dataPath.length > maxDataPath)
    throw invalid(say`data_path ${shown} is no folder: send obs://bucket/folder, at most ${maxDataPath} characters`)
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(bucket) || bucket.includes('..') || /[.][0-9][^.]*$/.test(bucket))
    throw invalid(
      say`data_path ${shown} has no bucket name: it has up to 63 letters, digits, dots and hyphens, begins with a letter or digit, and no digit follows its last dot`,
    )
  const folders = rest.replace(/\/$/, '').split('/')
  if (rest === '') throw invalid(say`data_path ${shown} is a whole bucket: name a folder in it`)
  if (folders.some((folder) => !isFolder(folder)))
    throw invalid(
      say`data_path ${shown} has a folder that cannot be: none is empty, "." or "..", longer than 255 bytes, or has a comma, a backslash or a control character`,
    )
  return { bucket, folders }
}

/** The name of the only file of an export, as Spark names its parts. @param id - of the EXPORT job */
export function exportFileName(id: string, { type, compress }: Pick<ExportFormat, 'type' | 'compress'>): string {
  const ending = { none: '', gzip: '.gz', deflate: '.deflate' }[compress]
  return `part-00000-${id}-c000.${type}${ending}`
}

/** What an EXPORT job shows for its statement. */
export function exportStatement({ source, table, dataPath, type }: ExportOrder): string {
  const what = table === undefined ? `RESULT OF JOB ${source}` : `TABLE ${table.database}.${table.name}`
  return `EXPORT ${what} TO '${dataPath}' AS ${type.toUpperCase()}`
}

/** @throws {ServiceError} `unsupported` for arrays, maps and structs as CSV, which has no form for them, as in Spark */
export function checkExportedColumns({ type: format }: Pick<ExportFormat, 'type'>, columns: readonly ResultColumn[]): void {
  const nested =
    format === 'csv' ? columns.find(({ type }) => type.kind !== 'null' && type.kind !== 'interval' && !isColumnType(type)) : undefined
  if (nested !== undefined)
    throw new ServiceError(
      'unsupported',
      say`CSV has no form for column ${nested.name} of type ${formatColumnType(nested.type)}: export as json, or take its parts apart in the query`,
    )
}

/** The error of a folder that is there already. */
export function exportExists(dataPath: string): ServiceError {
  return new ServiceError('conflict', say`${dataPath} exists: export to another folder, or send export_mode Overwrite`)
}

const unfit = /[\p{Cc},\\]/u

function isFolder(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.isWellFormed() && utf8Bytes(name) <= 255 && !unfit.test(name)
}

function utf8Bytes(name: string): number {
  return Array.from(name).reduce((sum, character) => {
    const code = character.codePointAt(0) ?? 0
    return sum + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4)
  }, 0)
}

function compressOf(sent: string | undefined): ExportFormat['compress'] {
  const compress = oneOf('compress', sent, ['none', 'gzip', 'bzip2', 'deflate'])
  if (compress === 'bzip2') throw new ServiceError('unsupported', say`compress bzip2 is not offered: send gzip, deflate or none`)
  return compress
}

/** The first is the default. */
function oneOf<const Value extends string>(member: string, sent: string | undefined, values: readonly Value[]): Value {
  const wanted = sent === undefined || sent === '' ? values[0] : values.find((value) => value.toLowerCase() === sent.toLowerCase())
  if (wanted === undefined) throw invalid(say`${member} "${(sent ?? '').slice(0, 64)}" is unknown: it is one of ${values.join(', ')}`)
  return wanted
}

function signOf(member: string, sent: string | undefined, otherwise: string): string {
  if (sent === undefined || sent === '') return otherwise
  if (!/^[!-+\--~]$/.test(sent) || /[A-Za-z0-9]/.test(sent))
    throw invalid(say`${member} is one ASCII sign other than a comma, a letter, a digit or a blank`)
  return sent
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
