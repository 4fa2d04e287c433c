// Values of options, and what may be repeated of them in a message.

import { ServiceError, say, type TextValue } from '@tributary/rules'

/** @param what - as messages name it, for instance `option truncate`. @throws {ServiceError} `invalid` */
export function booleanOf(what: string, text: string): boolean {
  const value = text.trim().toLowerCase()
  if (value !== 'true' && value !== 'false') throw new ServiceError('invalid', say`${what} takes true or false`)
  return value === 'true'
}

/** Undoes the escapes of a url. @throws {ServiceError} `invalid` */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ServiceError('invalid', say`option url has a % that is not followed by two hexadecimal digits`)
  }
}

/** Names given by a caller are repeated only when they look like names: a value in the wrong place stays hidden. */
export function printable(name: string): TextValue {
  return /^[\w.-]{1,40}$/.test(name) ? name : say`of this name`
}

/** Names as databases take them: a bounded number of bytes and no control characters. */
export function isName(name: string, mostBytes = 63): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return new TextEncoder().encode(name).length <= mostBytes && !/[\u0000-\u001F\u007F]/.test(name)
}
