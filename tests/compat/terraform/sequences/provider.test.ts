// That the instruments of this folder can fail: statuses, types, pages, plans and lives that are not as the provider needs them; and that they send what it sends.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleAccount } from '../../../servers/tributary.ts'
import { decode } from './decode.ts'
import { Applied, type Resource } from './lifecycle.ts'
import { itemsOf, pageHeaders, readAllByMarker, readAllByOffset } from './pager.ts'
import { computed, given, plan } from './plan.ts'
import { isGone, Provider, Refused } from './provider.ts'

/** What the scripted server was sent last, and what it answers next. */
interface Script {
  sent: { readonly url: string; readonly headers: Readonly<Record<string, unknown>>; readonly body: string } | undefined
  answers: { readonly status: number; readonly body: string }[]
}

const script: Script = { sent: undefined, answers: [] }
let http: Server
let provider: Provider
beforeAll(async () => {
  http = createServer((request, response) => void play(request, response))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  provider = new Provider({ endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, account: sampleAccount })
})
afterAll(async () => {
  provider[Symbol.dispose]()
  http.close()
  await once(http, 'close')
})

async function play(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  script.sent = { url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
  const { status, body } = script.answers.shift() ?? { status: 500, body: 'the script is over' }
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

function answer(...bodies: readonly unknown[]): void {
  script.answers = bodies.map((body) => ({ status: 200, body: JSON.stringify(body) }))
}

const get = { method: 'GET', path: 'v1.0/{project_id}/queues' } as const

describe('a call', () => {
  it('carries its body as Go writes it, its query as it is, and project and domain unsigned', async () => {
    answer({})
    const path = 'v2.0/{project_id}/datasource/enhanced-connections?tags=k1=v1,k2=v2'
    await provider.send({ method: 'POST', path, body: { tags: null, queues: [], name: '<a>', hosts: [{ name: 'n', ip: 'i' }] } })
    expect(script.sent?.body).toBe('{"hosts":[{"ip":"i","name":"n"}],"name":"<a>","queues":[],"tags":null}\n')
    expect(script.sent?.url).toBe(`/v2.0/${sampleAccount.projectId}/datasource/enhanced-connections?tags=k1=v1,k2=v2`)
    expect(script.sent?.headers).toMatchObject({ 'content-type': 'application/json', 'x-project-id': sampleAccount.projectId })
    expect(script.sent?.headers['authorization']).toMatch(/^SDK-HMAC-SHA256 .*SignedHeaders=(?!.*x-project-id)/)
    answer({})
    await provider.send(get)
    expect(script.sent?.headers).not.toHaveProperty('content-type')
    expect(script.sent?.body).toBe('')
  })

  it('is refused with every status but those that are success', async () => {
    script.answers = [201, 200, 202, 204].map((status) => ({ status, body: '' }))
    await expect(provider.send({ ...get, statuses: [200] })).rejects.toThrow(Refused)
    await expect(provider.send({ ...get, method: 'POST', body: {}, statuses: [201] })).rejects.toThrow('answered 200')
    await expect(provider.send(get)).rejects.toThrow('answered 202')
    await expect(provider.send({ ...get, method: 'PUT', body: {} })).rejects.toThrow('answered 204')
  })

  it('is one for something that is gone at 404, and at 400 with a code that says so', async () => {
    const refused = async (status: number, code: string) => {
      script.answers = [{ status, body: `{"error_code":"${code}","error_msg":"m"}` }]
      return provider.send(get).catch((error: unknown) => error)
    }
    expect(isGone(await refused(404, 'DLI.0023'))).toBe(true)
    expect(isGone(await refused(400, 'DLI.0002'), 'DLI.0002')).toBe(true)
    expect(isGone(await refused(400, 'DLI.0001'), 'DLI.0002')).toBe(false)
    expect(isGone(await refused(500, 'DLI.0999'), 'DLI.0999')).toBe(false)
  })

  it('fails on an empty body, and where the envelope says that it was no success', async () => {
    script.answers = [{ status: 200, body: '' }]
    await expect(provider.read(get, {})).rejects.toThrow(SyntaxError)
    answer({ is_success: false, message: 'no' })
    await expect(provider.tell(get)).rejects.toThrow('was no success: no')
    answer({ message: 'no' })
    await expect(provider.tell(get)).rejects.toThrow('was no success')
  })
})

describe('an answer', () => {
  it.each([
    ['string', 1],
    ['string', true],
    ['int', '1'],
    ['int', 0.5],
    ['bool', 'false'],
    ['bool', 0],
    ['float', '0.5'],
    [['string'], 'one'],
    [['string'], [1]],
    [{ '*': 'string' }, { spec: 1 }],
    [{ name: 'string' }, ['name']],
    [{ tags: [{ key: 'string' }] }, { tags: [{ key: 5 }] }],
  ] as const)('of shape %j is not %j', (shape, value) => {
    expect(() => decode(shape, value)).toThrow(TypeError)
  })

  it('has zero values for what is absent or null, and nothing that no type declares', () => {
    const shape = { a: 'string', b: 'int', c: 'bool', d: ['string'], e: { f: 'float' }, g: { '*': 'string' } } as const
    expect(decode(shape, { a: null, unknown: 1 })).toEqual({ a: '', b: 0, c: false, d: [], e: { f: 0 }, g: {} })
    expect(decode(shape, { e: { f: 0.5 }, g: { x: 'y' } })).toMatchObject({ e: { f: 0.5 }, g: { x: 'y' } })
  })
})

describe('a list', () => {
  it('is read page after page, until one is empty', async () => {
    answer({ count: 3, items: [1, 2], items_links: [] }, { items: [3] }, { items: [] })
    expect(await readAllByOffset(provider, 'v1/list?a=b,c', pageHeaders)).toEqual([1, 2, 3])
    expect(script.sent?.url).toBe('/v1/list?a=b%2Cc&offset=3')
    expect(script.sent?.headers['content-type']).toBe('application/json;charset=utf8')
    answer({ items: [1] }, { items: [] })
    await readAllByOffset(provider, 'v1/list?limit=100')
    expect(script.sent?.url).toBe('/v1/list?limit=100&offset=100')
    answer({ items: [{ id: 'a' }, { id: 'b' }] }, { items: [] })
    await readAllByMarker(provider, 'v1/list')
    expect(script.sent?.url).toBe('/v1/list?marker=b')
  })

  it('is no list without an array, with two, or under another label', async () => {
    const json = { 'content-type': 'application/json' }
    expect(itemsOf({ headers: json, text: '{"items":[],"links":[]}' }, 'x')).toEqual([])
    expect(() => itemsOf({ headers: json, text: '{"count":0}' }, 'x')).toThrow('0 arrays')
    expect(() => itemsOf({ headers: json, text: '{"a":[],"b":[]}' }, 'x')).toThrow('2 arrays')
    expect(() => itemsOf({ headers: { 'content-type': 'Application/JSON' }, text: '{"a":[]}' }, 'x')).toThrow('of type')
    answer({ items: [{ name: 'nameless' }] })
    await expect(readAllByMarker(provider, 'v1/list')).rejects.toThrow('has no id')
  })

  it('that never ends is left after a thousand pages', async () => {
    answer(...Array.from({ length: 1000 }, () => ({ items: [1] })))
    await expect(readAllByOffset(provider, 'v1/list')).rejects.toThrow('more than 1000 pages')
    expect(script.answers).toEqual([])
  })
})

describe('a plan', () => {
  const schema = {
    name: { ...given('string'), ignoresCase: true },
    text: given('string'),
    count: computed('int'),
    hosts: given({ list: { name: 'string', port: 'int' } }),
    queues: given({ set: 'string' }),
    tags: given('map'),
    rows: computed({ list: 'strings' }),
  } as const

  it('is empty where everything is as it was asked for', () => {
    const wanted = { name: 'A', hosts: [{ name: 'x' }, { name: 'y', port: 1 }], queues: ['a', 'b'], tags: { a: '1', b: '2' } }
    const found = { id: 'i', name: 'a', text: '', count: 5, rows: [['1', null]], tags: { b: '2', a: '1' }, queues: ['b', 'a'] }
    const hosts = [
      { name: 'x', port: 0 },
      { name: 'y', port: 1 },
    ]
    expect(plan(schema, wanted, { ...found, hosts })).toEqual([])
  })

  it.each([
    ['another text', { text: 'a' }, { text: 'A' }, ['text']],
    ['a value that nobody asked for', {}, { text: 'a', tags: { a: '1' } }, ['tags', 'text']],
    ['a value that is missing', { tags: { a: '1' }, text: 'a' }, {}, ['tags', 'text']],
    ['a list in another order', { hosts: [{ name: 'x' }, { name: 'y' }] }, { hosts: [{ name: 'y' }, { name: 'x' }] }, ['hosts']],
    ['a set with more', { queues: ['a'] }, { queues: ['a', 'b'] }, ['queues']],
    ['a set with one twice', { queues: ['a'] }, { queues: ['a', 'a'] }, ['queues']],
    ['a settled value that was asked for', { count: 1 }, { count: 2 }, ['count']],
  ])('shows %s', (_name, wanted, found, names) => {
    expect(plan(schema, wanted, found)).toEqual(names)
  })

  it('is not made of values of other types, or of attributes that are not there', () => {
    for (const found of [
      { text: 1 },
      { count: '1' },
      { hosts: { name: 'x' } },
      { hosts: [{ port: '1' }] },
      { tags: ['a'] },
      { queues: [1] },
    ])
      expect(() => plan(schema, {}, found)).toThrow(TypeError)
    expect(() => plan(schema, {}, { nothing: 1 })).toThrow('there is no attribute nothing')
  })
})

describe('a life', () => {
  const stubborn = (found: object | undefined): Resource => ({
    schema: { name: given('string') },
    create: async () => 'i',
    read: async () => (found === undefined ? undefined : { ...found }),
    update: async () => {},
    remove: async () => {},
    importState: (id) => ({ id }),
  })

  it('shows what is not there after a create, what no update brings, and what no delete removes', async () => {
    await expect(Applied.create(provider, stubborn(undefined), { name: 'a' })).rejects.toThrow('i is gone')
    const applied = await Applied.create(provider, stubborn({ name: 'a' }), { name: 'a' })
    expect(await applied.plan({ name: 'a' })).toEqual([])
    expect(await applied.update({ name: 'b' })).toEqual(['name'])
    expect(await applied.plan({ name: 'b' })).toEqual(['name'])
    expect(await applied.destroy()).toBe(false)
    await expect(applied.update({ name: 'a' })).rejects.toThrow('nothing to change in place')
    await expect(applied.import('j', { name: 'a' })).rejects.toThrow('j was imported as j')
  })
})
