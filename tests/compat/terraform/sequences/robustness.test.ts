// What every client relies on, point by point, over signed calls. Points that other tests hold:
// errors of every kind, ids on every answer: `carries a request id, whatever was asked` (server, system);
// raw bytes, both encodings of a path: `signs bodies as they are on the wire` (server, authenticate), `the worked examples` (server, signature);
// the 201 of a classic connection: classic-connections.test.ts (server); of the other two: connection.ts and auth-info.ts here;
// clock and tokens: `must sign now, with the right key and a supported algorithm` (server, authenticate), tokens.test.ts.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authInfos } from './auth-info.ts'
import { connections } from './connection.ts'
import { itemsOf, pageHeaders, readAllByMarker, readAllByOffset } from './pager.ts'
import { type Provider, type ProviderCall, Refused } from './provider.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let provider: Provider
beforeAll(async () => {
  stage = await openStage()
  provider = stage.provider
})
afterAll(() => stage[Symbol.asyncDispose]())

const queues = 'v1.0/{project_id}/queues'
const pools = 'v3/{project_id}/elastic-resource-pools'
const target = { dest_vpc_id: '22094d8f-c310-4621-913d-4c4d655d8495', dest_network_id: '78f2562a-36e4-4b39-95b9-f5aab22e1281' }

async function connect(name: string, members: object = {}): Promise<string> {
  const call = {
    method: 'POST',
    path: connections,
    body: { ...target, name, queues: [], tags: null, ...members },
    statuses: [201],
  } as const
  return (await provider.read(call, { connection_id: 'string' })).connection_id
}

async function refusalOf(call: ProviderCall): Promise<Refused> {
  const refused = await provider.send(call).catch((error: unknown) => error)
  if (refused instanceof Refused) return refused
  throw new Error(`${call.method} ${call.path} was no refusal`)
}

describe('who the provider is', () => {
  it('is found out by the name of the project and the one account', async () => {
    const shape = { links: { next: 'string' }, projects: [{ id: 'string', name: 'string', domain_id: 'string', enabled: 'bool' }] } as const
    const { projects } = await provider.read({ method: 'GET', path: 'v3/projects?name=local' }, shape)
    expect(projects.map(({ id }) => id)).toEqual([provider.projectId])
    const { domains } = await provider.read({ method: 'GET', path: 'v3/auth/domains' }, { domains: [{ id: 'string', name: 'string' }] })
    expect(domains.map(({ name }) => name)).toEqual(['example'])
  })
})

describe('the robustness list', () => {
  it('1: bodies of GET and DELETE are read, signed for, and not looked at', async () => {
    const id = await connect('bodied')
    const path = `${connections}/${id}`
    expect((await provider.send({ method: 'GET', path, body: {} })).status).toBe(200)
    expect((await provider.send({ method: 'GET', path, body: { name: 'x'.repeat(200_000) } })).status).toBe(200)
    expect((await provider.send({ method: 'DELETE', path, body: { anything: [1] } })).status).toBe(200)
  })

  it('2: doubled and trailing slashes, raw = and ,, both blanks', async () => {
    const id = await connect('slashed', {
      tags: [
        { key: 'k1', value: 'v1' },
        { key: 'k2', value: 'v2' },
      ],
    })
    for (const path of [`/${connections}/${id}`, `${connections}//${id}`, `${connections}/${id}/`, `${connections}/${id}//`])
      expect((await provider.send({ method: 'GET', path })).status).toBe(200)
    for (const tags of ['k1=v1,k2=v2', 'k1%3Dv1%2Ck2%3Dv2', 'k2=v2'])
      expect(await readAllByOffset(provider, `${connections}?status=ACTIVE&tags=${tags}`)).toHaveLength(1)
    expect(await readAllByOffset(provider, `${connections}?tags=k1=v2`)).toEqual([])
    await provider.send({ method: 'POST', path: 'v3.0/OS-USER/users', body: { user: { name: 'Ann Lee', password: 'Correct-horse-1' } } })
    for (const name of ['Ann+Lee', 'Ann%20Lee']) {
      const { users } = await provider.read({ method: 'GET', path: `v3/users?name=${name}` }, { users: [{ name: 'string' }] })
      expect(users).toEqual([{ name: 'Ann Lee' }])
    }
  })

  it('3: unknown members, null, booleans and numbers as text', async () => {
    const odd = { queue_name: 'odd', cu_count: '16', resource_mode: '1', description: null, tags: null, labels: [], unknown: { deep: [1] } }
    await provider.tell({ method: 'POST', path: queues, body: odd })
    const members = { elastic_resource_pool_name: 'odd', min_cu: '64', max_cu: '64', ipv6_enable: 'false', charging_mode: '1', label: null }
    await provider.tell({ method: 'POST', path: pools, body: members })
    const { queues: listed } = await provider.read({ method: 'GET', path: queues }, { queues: [{ queue_name: 'string', cu_count: 'int' }] })
    expect(listed).toContainEqual({ queue_name: 'odd', cu_count: 16 })
    const shape = { elastic_resource_pools: [{ min_cu: 'int', ipv6_enable: 'bool' }] } as const
    const { elastic_resource_pools: made } = await provider.read({ method: 'GET', path: `${pools}?name=odd` }, shape)
    expect(made).toEqual([{ min_cu: 64, ipv6_enable: false }])
  })

  it('4: every list has its one array, also when it is empty or asked for beyond its end', async () => {
    const lists = [
      `${connections}?offset=100000`,
      `${connections}?limit=0&offset=7`,
      `${authInfos}?auth_info_name=none`,
      'v2.0/{project_id}/datasource/auth-infos?offset=9',
      `${queues}?queue_type=general`,
      `${queues}?page-size=100&current-page=99`,
      `${pools}?offset=100&limit=100`,
      'v1.0/{project_id}/databases?keyword=none',
      'v1.0/{project_id}/databases/default/tables?keyword=none&with-detail=true',
      'v1.0/{project_id}/jobs?page-size=50&current-page=1',
    ]
    for (const path of lists) expect([path, itemsOf(await provider.send({ method: 'GET', path }), path)]).toEqual([path, []])
    for (const name of ['vpcs', 'subnets', 'routetables', 'security-groups'])
      expect(await readAllByMarker(provider, `v1/{project_id}/${name}`)).toEqual([])
  })

  it('4: lists of more than one page are read whole, each item once', async () => {
    const names = Array.from({ length: 103 }, (_, at) => `many_${at}`)
    await Promise.all(names.map((name) => connect(name)))
    provider.takeCalls()
    const found = (await readAllByOffset(provider, `${connections}?status=ACTIVE`, pageHeaders)) as readonly { readonly name: string }[]
    expect(provider.takeCalls().map((call) => /offset=\d+/.exec(call)?.[0])).toEqual([undefined, 'offset=100', `offset=${found.length}`])
    const many = found.map(({ name }) => name).filter((name) => name.startsWith('many_'))
    expect(many.toSorted()).toEqual(names.toSorted())
  })

  it('5: the statuses that are checked to the number', async () => {
    const group = { method: 'POST', path: 'v3/{project_id}/vpc/security-groups', body: { security_group: { name: 'g' } } } as const
    const { security_group: made } = await provider.read({ ...group, statuses: [201] }, { security_group: { id: 'string' } })
    const gone = await provider.send({ method: 'DELETE', path: `v3/{project_id}/vpc/security-groups/${made.id}`, statuses: [204] })
    expect(gone.text).toBe('')
    const vpc = {
      method: 'POST',
      path: 'v1/{project_id}/vpcs',
      body: { vpc: { name: 'v', cidr: '10.9.0.0/16' } },
      statuses: [200],
    } as const
    const { vpc: own } = await provider.read(vpc, { vpc: { id: 'string' } })
    const tags = { action: 'create', tags: [{ key: 'k', value: 'v' }] }
    await provider.send({ method: 'POST', path: `v2.0/{project_id}/vpcs/${own.id}/tags/action`, body: tags, statuses: [200, 204] })
    expect((await provider.send({ method: 'DELETE', path: `v1/{project_id}/vpcs/${own.id}`, statuses: [204] })).text).toBe('')
  })

  it('6: a refusal has a code and a message, in the form of its family', async () => {
    const missing = await refusalOf({ method: 'GET', path: `${connections}/503fc86a-5e60-4349-92c2-7e399404fa8a` })
    expect([missing.status, missing.code]).toEqual([404, 'DLI.0023'])
    const wrong = await refusalOf({ method: 'POST', path: queues, body: { queue_name: '_', cu_count: 16 } })
    expect([wrong.status, wrong.code]).toEqual([400, 'DLI.0001'])
    const subnet = await refusalOf({ method: 'GET', path: 'v1/{project_id}/subnets/2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe' })
    expect(subnet.status).toBe(404)
    expect(subnet.message).toMatch(/"code":"VPC\.0202","message":"[^"]+/)
    const { headers } = await provider.send({ method: 'GET', path: queues })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    expect(headers['content-type']).toMatch(/^application\/json/)
  })

  it('7: what was written is read, and a delete may follow at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await connect('quick', { hosts: [{ name: `h${round}`, ip: '10.0.0.1' }] })
      const { hosts } = await provider.read({ method: 'GET', path: `${connections}/${id}` }, { hosts: [{ name: 'string' }] })
      expect(hosts).toEqual([{ name: `h${round}` }])
      expect(await readAllByOffset(provider, `${connections}?name=quick`)).toHaveLength(1)
      await provider.tell({ method: 'DELETE', path: `${connections}/${id}`, statuses: [200] })
      expect(await readAllByOffset(provider, `${connections}?name=quick`)).toEqual([])
    }
  })

  it('9: a connection shows its routes and pools, in the detail and in the list', async () => {
    const id = await connect('added')
    const detail = JSON.parse((await provider.send({ method: 'GET', path: `${connections}/${id}` })).text) as object
    const [listed] = (await readAllByOffset(provider, `${connections}?name=added`)) as readonly object[]
    for (const shown of [detail, listed])
      expect(shown).toMatchObject({ routes: [], elastic_resource_pools: [], available_queue_info: [], hosts: [], isPrivis: true })
  })
})
