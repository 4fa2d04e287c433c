// Texts that PostgreSQL would keep less of without a word: they are looked at before they are sent.

import { type Column, ServiceError, say } from '@tributary/rules'
import type { SourceColumn } from './types.ts'

/** Looks at one value: UTF-8 in `bytes` from `start` up to `end`. @throws {ServiceError} `semantic` for one that would be cut, naming the column and not the value */
export type CheckText = (bytes: Uint8Array, start: number, end: number) => void

const space = 0x20

/**
 * What the texts of a column have to be; `undefined` where the source keeps or refuses each by itself. Of a `varchar(n)` and a `char(n)` it refuses a text that is too long,
 * but for spaces at its end: those it cuts off, as the standard of SQL asks for.
 */
export function checkTextOf({ name }: Column, { mostCharacters }: SourceColumn): CheckText | undefined {
  if (mostCharacters === undefined) return undefined
  return (bytes, start, end) => {
    if (end - start <= mostCharacters || bytes[end - 1] !== space) return
    let last = end
    while (last > start && bytes[last - 1] === space) last -= 1
    const characters = charactersOf(bytes, start, last)
    if (characters > mostCharacters || characters + end - last <= mostCharacters) return
    throw new ServiceError(
      'semantic',
      say`column ${name}: PostgreSQL would cut off spaces behind ${mostCharacters} characters; nothing was written`,
    )
  }
}

/** Each character has one byte that does not continue another. */
function charactersOf(bytes: Uint8Array, start: number, end: number): number {
  let characters = 0
  for (let at = start; at < end; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) characters += 1
  return characters
}
