// What DuckDB throws, in words for the owner of a job; nothing of the engine's own SQL, paths or handles is told.

import { ServiceError, say, type Text, textFromJson } from '@tributary/rules'
import { misfitMark, refusalMark } from '../../plan/refusal.ts'
import type { EngineLimits } from './messages.ts'

/** @returns the error itself when it is a ServiceError (from a source, or ours), or when it can only be a bug of ours */
export function tellDuckError(error: unknown, limits: EngineLimits): unknown {
  if (error instanceof ServiceError || !(error instanceof Error)) return error
  const [line = ''] = error.message.split('\n')
  const [kind, ...rest] = line.split(': ')
  const said = rest.join(': ')
  const cause = { cause: error }
  if (/No space left/.test(error.message)) {
    return new ServiceError(
      'exhausted',
      say`the disk of the installation is full; try again when there is room, or ask the installation owner for more`,
      cause,
    )
  }
  if (/File too large/.test(error.message)) {
    return new ServiceError(
      'exhausted',
      say`the query writes a larger file than an engine may; filter or aggregate earlier, or ask the installation owner for more`,
      cause,
    )
  }
  if (/max_temp_directory_size/.test(error.message)) {
    return new ServiceError(
      'exhausted',
      say`the query spilled more than ${mebibytes(limits.spillBytes)} to disk; filter or aggregate earlier, or ask the installation owner for more`,
      cause,
    )
  }
  if (/Max expression depth/.test(error.message))
    return new ServiceError('exhausted', say`the statement is nested too deeply; split it`, cause)
  if (kind === 'Out of Memory Error') {
    return new ServiceError(
      'exhausted',
      say`the query needs more than the ${mebibytes(limits.memoryBytes)} of its engine; filter or aggregate earlier, or use a queue with more CU`,
      cause,
    )
  }
  if (kind === 'Invalid Input Error') {
    if (said.startsWith(refusalMark)) return new ServiceError('unsupported', textFromJson(said.slice(refusalMark.length)), cause)
    if (said.startsWith(misfitMark)) return new ServiceError('semantic', textFromJson(said.slice(misfitMark.length)), cause)
    if (said.startsWith('More than one row returned by a subquery'))
      return new ServiceError(
        'semantic',
        say`a subquery used as a value gave more than one row; aggregate it, or end it with LIMIT 1`,
        cause,
      )
    if (said.startsWith('Map keys'))
      return new ServiceError('semantic', say`a map has a key twice, or NULL as a key: it takes each key once`, cause)
  }
  if (kind === 'Conversion Error' || kind === 'Out of Range Error') return new ServiceError('semantic', tellValue(said), cause)
  return error
}

/** What was wrong with a value, by the engine's words for it. The value itself and the engine's own types stay out. */
const valueErrors: readonly (readonly [said: RegExp, told: Text])[] = [
  [/^Overflow in .*multiplication/, say`a product or a sum has more than 38 digits; cast what it is made of to fewer digits, or to double`],
  [
    /^Overflow in .*(?:addition|subtraction)/,
    say`a sum or a difference has more than 38 digits; cast what it is made of to fewer digits, or to double`,
  ],
  [/Failure in decode/, say`bytes that are read as a string are not UTF-8; show them by hex or base64, or leave such rows out`],
  [/[Dd]ate.* out of range/, say`a date lies outside of the calendar; add or subtract fewer days`],
  [/[Tt]imestamp.* out of range/, say`a timestamp lies outside of the calendar`],
]

function tellValue(said: string): Text {
  const known = valueErrors.find(([pattern]) => pattern.test(said))?.[1]
  if (known !== undefined) return known
  const digits = /to DECIMAL\((\d+),(\d+)\)/.exec(said)
  if (digits !== null)
    return say`a number does not fit decimal(${digits[1] ?? ''},${digits[2] ?? ''}); cast to a decimal with more digits before the point, or to double`
  return say`a value is outside of the range of the type that the query gives it; cast to a wider type, or filter such values out`
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}
