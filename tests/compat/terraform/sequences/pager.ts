// How the provider's library reads whole lists: page after page until one is empty.

import type { Provider, Reply } from './provider.ts'

const mostPages = 1000

/**
 * Pages by `offset`, which grows by `limit` where the path names one, else by what a page held. The next paths are encoded, the first is not.
 * @returns the items of all pages; a page without exactly one array ends the reading
 * @throws {Error} when a page is no JSON object with a single array, or the pages never end
 */
export async function readAllByOffset(
  provider: Provider,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly unknown[]> {
  const [base, query = ''] = path.split('?')
  const parameters = new URLSearchParams(query)
  return readPages(provider, { path, headers }, (items) => {
    parameters.set('offset', String(Number(parameters.get('offset') ?? 0) + (Number(parameters.get('limit')) || items.length)))
    parameters.sort()
    return `${base}?${parameters.toString()}`
  })
}

/** Pages by `marker`, the id of the last item. @throws {Error} as `readAllByOffset`, and when an item has no id */
export async function readAllByMarker(provider: Provider, path: string): Promise<readonly unknown[]> {
  const [base, query = ''] = path.split('?')
  const parameters = new URLSearchParams(query)
  return readPages(provider, { path, headers: {} }, (items) => {
    const { id } = items.at(-1) as { readonly id?: unknown }
    if (typeof id !== 'string' || id === '') throw new Error(`an item of ${base} has no id`)
    parameters.set('marker', id)
    parameters.sort()
    return `${base}?${parameters.toString()}`
  })
}

/** The Content-Type with which the provider's own lists are asked for. */
export const pageHeaders = { 'content-type': 'application/json;charset=utf8' } as const

async function readPages(
  provider: Provider,
  first: { readonly path: string; readonly headers: Readonly<Record<string, string>> },
  next: (items: readonly unknown[]) => string,
): Promise<readonly unknown[]> {
  const all: unknown[] = []
  let path = first.path
  for (let page = 0; page < mostPages; page += 1) {
    const items = itemsOf(await provider.send({ method: 'GET', path, headers: first.headers, statuses: [200, 202, 204, 300] }), path)
    if (items.length === 0) return all
    all.push(...items)
    path = next(items)
  }
  throw new Error(`${first.path} has more than ${mostPages} pages`)
}

/** The one array of a page. @throws {Error} when the page is not labelled JSON, or has none or several */
export function itemsOf({ headers, text }: Pick<Reply, 'headers' | 'text'>, path: string): readonly unknown[] {
  const type = headers['content-type']
  if (typeof type !== 'string' || !type.startsWith('application/json')) throw new Error(`${path} is of type ${String(type)}`)
  const lists = Object.entries(JSON.parse(text) as object).filter(([name, value]) => !name.endsWith('links') && Array.isArray(value))
  if (lists.length !== 1) throw new Error(`${path} has ${lists.length} arrays, not one: ${lists.map(([name]) => name).join(', ')}`)
  return lists[0]?.[1] as readonly unknown[]
}
