// Keeps the numbers that JavaScript would change: integers that it cannot hold are read as texts, and negative zero keeps its sign.

/** Reads JSON; integers beyond 2^53 become their digits. */
export function parseExactly(json: string): unknown {
  return JSON.parse(json, exact as (this: unknown, key: string, value: unknown) => unknown)
}

/** A reviver is told the source of each number; the type of JSON.parse does not know it yet. */
function exact(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const isLost = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isLost && context.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value
}

/** Part of the language since ES2025; the library of types does not know it yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (json: string) => object }

/** Writes JSON; negative zero is `-0.0`, where JSON.stringify alone says 0. @param indent - blanks of each level; none for one line */
export function printExactly(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, part: unknown) => (Object.is(part, -0) ? rawJSON('-0.0') : part), indent)
}

/** An answer whose large integers have become texts; other answers as they came. */
export async function withExactNumbers(response: Response): Promise<Response> {
  if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return response
  const { status, headers } = response
  return new Response(printExactly(parseExactly(await response.text())), { status, headers: withoutLength(headers) })
}

function withoutLength(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-length')
  return copy
}
