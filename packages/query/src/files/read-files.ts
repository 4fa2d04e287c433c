// The records of imported files as rows of text: a column for each of the table's, what is wrong with the record, the record itself, and its file.
//
//   1,x        →   c0 '1'   c1 'x'    problem NULL   record '1,x'       origin 'people.csv'
//   1,x,y      →   c0 '1'   c1 'x'    problem '…'    record '1,x,y'     origin 'people.csv'

import type { RecordBatch } from '../batch.ts'
import type { FileSettings } from '../source.ts'
import { CsvFields, isBlank } from './csv-fields.ts'
import { type Line, readLines } from './file-lines.ts'
import { JsonMembers } from './json-members.ts'
import { TextVector } from './text-vector.ts'

/** Some rows, and how much of the files has been read with them. */
export interface FileBatch {
  readonly batch: RecordBatch
  readonly readBytes: number
}

const mostRows = 16_384
const mostBytes = 4 << 20
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads all records of all files.
 * @param wanted - positions in `fileColumns`, in the order in which they are delivered
 * @throws {ServiceError} `semantic` for a file that cannot be read at all
 * @throws the signal's reason
 */
export async function* readFiles(settings: FileSettings, wanted: readonly number[], signal: AbortSignal): AsyncIterable<FileBatch> {
  const rows = new FileRows(settings.columns.length, wanted)
  const read = settings.format.type === 'json' ? jsonReader(settings, rows) : csvReader(settings, rows)
  let before = 0
  let told = 0
  for (const file of settings.files) {
    let isHeader = settings.format.type === 'csv' && settings.format.withHeader
    for await (const { lines, readBytes } of readLines(file, signal)) {
      for (const line of lines) {
        if (isBlank(line.bytes) && !line.isTooLong) continue
        if (!isHeader) read(line, file.name)
        isHeader = false
        if (!rows.isFull) continue
        yield { batch: rows.take(), readBytes: before + readBytes - told }
        told = before + readBytes
      }
    }
    before += file.bytes
  }
  yield { batch: rows.take(), readBytes: before - told }
}

type ReadLine = (line: Line, origin: string) => void

/** Bytes that are no text become the sign for that, as in Spark. */
function csvReader({ format, columns }: FileSettings, rows: FileRows): ReadLine {
  const fields = new CsvFields(format)
  const take = (index: number, bytes: Uint8Array, from: number, to: number): void => {
    if (index < columns.length && to > from) rows.put(index, bytes, from, to)
  }
  return (line, origin) => {
    const bytes = line.isUtf8 ? line.bytes : Buffer.from(decoder.decode(line.bytes), 'utf8')
    const count = line.isTooLong ? 0 : fields.read(bytes, take)
    const miscount = count === columns.length ? undefined : `${count} values for ${columns.length} columns`
    rows.end(line.isTooLong ? tooLong : miscount, bytes, origin)
  }
}

function jsonReader({ columns }: FileSettings, rows: FileRows): ReadLine {
  const members = new JsonMembers(columns)
  return (line, origin) => {
    const text = decoder.decode(line.bytes)
    const bytes = line.isUtf8 ? line.bytes : Buffer.from(text, 'utf8')
    const problem = line.isTooLong ? tooLong : notText(line)
    const found = problem === undefined ? members.read(text) : undefined
    if (found === undefined) return rows.end(problem ?? 'no object of JSON', bytes, origin)
    for (const row of found) {
      const misfit = row.indexOf(undefined)
      for (const [index, member] of row.entries()) if (typeof member === 'string') rows.putText(index, member)
      rows.end(misfit < 0 ? undefined : `${columns[misfit]?.name ?? ''} is of another kind`, bytes, origin)
    }
  }
}

const tooLong = 'longer than a record may be'

function notText({ isUtf8 }: Line): string | undefined {
  return isUtf8 ? undefined : 'bytes that are no UTF-8'
}

/** Rows being filled; what is not put is NULL. */
class FileRows {
  readonly #width: number
  readonly #wanted: readonly number[]
  /** By position in all columns; those that nobody wants are missing. */
  readonly #vectors = new Map<number, TextVector>()
  readonly #isPut: Uint8Array
  #row = 0

  constructor(width: number, wanted: readonly number[]) {
    this.#width = width
    this.#wanted = wanted
    this.#isPut = new Uint8Array(width)
    for (const position of wanted) this.#vectors.set(position, new TextVector(mostRows))
  }

  get isFull(): boolean {
    if (this.#row === mostRows) return true
    if (this.#row % 64 !== 0 || this.#row === 0) return false
    let bytes = 0
    for (const vector of this.#vectors.values()) bytes += vector.size
    return bytes > mostBytes
  }

  put(index: number, bytes: Uint8Array, from: number, to: number): void {
    this.#isPut[index] = 1
    this.#vectors.get(index)?.append(this.#row, bytes, from, to)
  }

  putText(index: number, text: string): void {
    this.#isPut[index] = 1
    this.#vectors.get(index)?.appendText(this.#row, text)
  }

  end(problem: string | undefined, record: Uint8Array, origin: string): void {
    for (const position of this.#wanted)
      if (position < this.#width && this.#isPut[position] === 0) this.#vectors.get(position)?.appendNull(this.#row)
    this.#isPut.fill(0)
    if (problem === undefined) this.#vectors.get(this.#width)?.appendNull(this.#row)
    else this.#vectors.get(this.#width)?.appendText(this.#row, problem)
    this.#vectors.get(this.#width + 1)?.append(this.#row, record, 0, record.length)
    this.#vectors.get(this.#width + 2)?.appendText(this.#row, origin)
    this.#row += 1
  }

  take(): RecordBatch {
    const rowCount = this.#row
    this.#row = 0
    return { rowCount, vectors: this.#wanted.map((position) => (this.#vectors.get(position) as TextVector).take()) }
  }
}
