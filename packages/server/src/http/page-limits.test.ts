// Pages of every list of the contract, at both edges of what they may ask for; lists without pages are named with what bounds them.

import { allOperations, type Operation } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Shape {
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Shape>>
}

const sizes = ['limit', 'page-size', 'per_page']

/** Lists, and the parameter by which each is paged. */
const lists = allOperations
  .filter(({ id, method }) => method === 'GET' && id.startsWith('list'))
  .map((operation) => {
    const parameters = (operation.query as Shape).properties ?? {}
    const size = sizes.find((name) => parameters[name] !== undefined)
    return { operation, size, shape: size === undefined ? undefined : parameters[size] }
  })

// What comes whole, as published, and what keeps it small.
const unpaged: Readonly<Record<string, string>> = {
  listUserProjects: 'projects of one account, made by its administrators',
  listDomains: 'the account of the caller alone',
  listRegions: 'one region',
  listVersions: 'one version',
  listUsers: 'users of one account, made by its administrators',
  listAccessKeys: 'keys of one user',
  listRoles: 'the three roles',
  listProjectRoles: 'the three roles',
  listDomainRoles: 'the three roles',
  listVpcTags: 'at most 20 tags on one resource',
  listSubnetTags: 'at most 20 tags on one resource',
  listSecurityGroupTags: 'at most 20 tags on one resource',
  listQueuePlans: 'plans of one queue',
  listQuotas: 'one line for each kind of quota',
  listPeerings: 'queues bound to one connection',
  listClassicConnections: 'classic connections of one project',
  listDatabaseUsers: 'users of one account',
  listTableUsers: 'users of one account',
  listFidelity: 'the operations of the contract',
}
// Where the published API knows no largest page, and what an answer then holds at most.
const wholeOnRequest: Readonly<Record<string, string>> = {
  listConnections: 'limit=0 is published to mean all; connections have a quota',
  listAuthInfos: 'limit=0 means all; auth-infos of one project',
  listDatabases: 'all is the published default; databases of one project',
  listProjects: 'projects of one account, made by its administrators',
  listQueues: 'queues of one project, whose CU have a quota',
  listQueueUsers: 'users of one account',
  listQueueProperties: 'properties of one queue, from a list of known keys',
  listTables: 'tables of one database',
  listPrivileges: 'users of one account',
}

function ask(operation: Operation, name: string, value: string) {
  const path = operation.paths[0]
    .replace('{project_id}', publishedProject)
    .replaceAll(/\{resource_type\}/g, 'dli_queue')
    .replaceAll(/\{[a-z_]+\}/g, 'x')
  const needed = operation.id === 'listPrivileges' ? '&object=databases.x' : ''
  return server.send('GET', `${path}?${name}=${value}${needed}`)
}

describe('a list', () => {
  it('has pages, or something else that bounds it', () => {
    expect(lists.length).toBeGreaterThan(30)
    const without = lists.filter(({ size }) => size === undefined).map(({ operation }) => operation.id)
    expect(without.toSorted()).toEqual(Object.keys(unpaged).toSorted())
  })

  it('takes no page size outside its range, and takes both ends of it', async () => {
    let tried = 0
    for (const { operation, size, shape } of lists) {
      if (size === undefined || shape === undefined) continue
      const { minimum = 0, maximum } = shape
      expect([operation.id, shape.type]).toEqual([operation.id, 'integer'])
      const outside = [
        String(minimum - 1),
        '1.5',
        'x',
        '1e3x',
        ...(maximum === undefined ? [] : [String(maximum + 1), '999999999999999999']),
      ]
      for (const value of outside) {
        const { status, text } = await ask(operation, size, value)
        expect([operation.id, value, status, text.includes(size)]).toEqual([operation.id, value, 400, true])
      }
      for (const value of [String(minimum), ...(maximum === undefined ? [] : [String(maximum)])]) {
        const { status, text } = await ask(operation, size, value)
        // what the path names may be missing here; the page size is not what is wrong
        expect([operation.id, value, status < 500, status === 200 || !text.includes(`${size} must`)]).toEqual([
          operation.id,
          value,
          true,
          true,
        ])
        if (status === 200) tried += 1
      }
    }
    expect(tried).toBeGreaterThan(20)
  }, 60_000)

  it('comes whole on request only where clients rely on it', () => {
    const open = lists.filter(({ size, shape }) => size !== undefined && shape?.maximum === undefined).map(({ operation }) => operation.id)
    expect(open.toSorted()).toEqual(Object.keys(wholeOnRequest).toSorted())
  })
})
