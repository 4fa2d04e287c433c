// Routes of enhanced connections over HTTP, by both versions of their path.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
let connection_id: string
beforeAll(async () => {
  server = await sampleServer()
  const body = { name: 'routed', dest_vpc_id: 'v1', dest_network_id: 's1', queues: [] }
  connection_id = (await server.ask('createConnection', { body })).body.connection_id
})
afterAll(() => server[Symbol.asyncDispose]())

const add = (name: unknown, cidr: unknown, path = 0) => server.ask('createRoute', { params: { connection_id }, body: { name, cidr }, path })
const remove = (name: string, path = 0) => server.ask('deleteRoute', { params: { connection_id, name }, path })

describe('routes of a connection', () => {
  it('routes are added and removed by both versions, and read with their connection', async () => {
    expect((await add('v3', '10.1.0.0/16', 0)).body).toEqual({ is_success: true, message: '' })
    expect((await add('v2', '127.0.0.0', 1)).body).toEqual({ is_success: true, message: '' })
    const routes = [
      { name: 'v3', cidr: '10.1.0.0/16', create_time: expect.any(Number) },
      { name: 'v2', cidr: '127.0.0.0', create_time: expect.any(Number) },
    ]
    expect((await server.ask('getConnection', { params: { connection_id } })).body.routes).toEqual(routes)
    expect((await server.ask('listConnections')).body.connections[0].routes).toEqual(routes)
    expect((await remove('v3', 1)).body).toEqual({ is_success: true, message: 'Deleted' })
    expect((await remove('v2', 0)).body).toEqual({ is_success: true, message: 'Deleted' })
    expect((await server.ask('getConnection', { params: { connection_id } })).body.routes).toEqual([])
  })

  it('a route that cannot be is refused with the published code', async () => {
    await add('taken', '10.2.0.0/16')
    const answers = [
      await add('taken', '10.3.0.0/16'),
      await add('other', '10.2.9.9/16'),
      await add('bad name', '10.3.0.0/16'),
      await add('internal', '100.125.0.0/16'),
      await add('odd', '10.3.0.0/40'),
      await add('none', undefined),
      await remove('unknown'),
    ]
    expect(answers.map(({ status, body }) => `${status} ${body.error_code}`)).toEqual([
      '400 DLI.0006',
      '400 DLI.0006',
      '400 DLI.0001',
      '400 DLI.0001',
      '400 DLI.0001',
      '400 DLI.0001',
      '404 DLI.0023',
    ])
    const gone = { connection_id: '503fc86a-5e60-4349-92c2-7e399404fa8a', name: 'x' }
    expect((await server.ask('createRoute', { params: gone, body: { name: 'x', cidr: '10.3.0.0/16' } })).status).toBe(404)
    expect((await server.ask('deleteRoute', { params: gone })).status).toBe(404)
  })
})
