// Turns what was typed into what goes over the wire: pairs, JSON, files.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from './failure.ts'

/** Splits `a=b`. @throws {Failure} `usage` without `=` */
export function pairOf(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at <= 0) throw new Failure('usage', `--${flag}: "${text}" is no pair; write a=b, several with commas between them`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Reads JSON as it was typed, or from a file as `@path`. @throws {Failure} `usage` naming the flag */
export function jsonOf(flag: string, text: string, cwd: string): unknown {
  const json = text.startsWith('@') ? textOfFile(resolve(cwd, text.slice(1))) : text
  try {
    return JSON.parse(json) as unknown
  } catch (error) {
    throw new Failure('usage', `--${flag} is not JSON: ${(error as Error).message}`, { next: `--${flag} '{"a": 1}' or --${flag} @FILE` })
  }
}

/** The text of a file. @throws {Failure} `usage` when it cannot be read */
export function textOfFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure('usage', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`)
  }
}

/** The text of a file, `undefined` when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Failure('usage', `${path} cannot be read: ${(error as Error).message}`)
  }
}
