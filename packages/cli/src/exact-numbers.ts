// Keeps the digits of integers that JavaScript numbers cannot hold: they are read as texts.

/** Reads JSON; integers beyond 2^53 become their digits. */
export function parseExactly(json: string): unknown {
  return JSON.parse(json, exact as (this: unknown, key: string, value: unknown) => unknown)
}

/** A reviver is told the source of each number; the type of JSON.parse does not know it yet. */
function exact(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const isLost = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isLost && context.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value
}

/** An answer whose large integers have become texts; other answers as they came. */
export async function withExactNumbers(response: Response): Promise<Response> {
  if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return response
  const { status, headers } = response
  return new Response(JSON.stringify(parseExactly(await response.text())), { status, headers: withoutLength(headers) })
}

function withoutLength(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-length')
  return copy
}
