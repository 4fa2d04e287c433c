// Properties of queues over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
const params = { queue_name: 'Queue1' }
beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createQueue', { body: { queue_name: 'queue1', cu_count: 64, resource_mode: 1 } })
})
afterAll(() => server[Symbol.asyncDispose]())

const listed = async (query = {}) => {
  const { body } = await server.ask('listQueueProperties', { params, query })
  return Object.fromEntries(body.properties.map(({ key, value }: { key: string; value: string }) => [key, value]))
}

describe('queue properties', () => {
  it('properties of a queue read back when they were set, and only then', async () => {
    expect(await listed()).toEqual({})
    const set = await server.ask('createQueueProperties', {
      params,
      body: { properties: { 'computeEngine.maxInstance': 2, 'job.maxConcurrent': 10, 'computeEngine.maxPrefetchInstance': '0' } },
    })
    expect(set.body).toEqual({ is_success: true, message: '' })
    expect(await listed()).toEqual({
      'computeEngine.maxInstance': '2',
      'computeEngine.maxInstances': '2',
      'computeEngine.maxPrefetchInstance': '0',
      'job.maxConcurrent': '10',
    })
    await server.ask('updateQueueProperties', { params, body: { properties: { 'computeEngine.maxInstance': 4 } } })
    expect((await listed({ limit: 1 }))['computeEngine.maxInstance']).toBe('4')
    expect(await listed({ offset: 4 })).toEqual({})
    const keys = ['computeEngine.maxInstance', 'computeEngine.maxPrefetchInstance', 'computeEngine.spark.nativeEnabled']
    expect((await server.ask('deleteQueueProperties', { params, body: { keys } })).body).toEqual({ is_success: true, message: '' })
    expect(await listed()).toEqual({ 'job.maxConcurrent': '10' })
  })

  it.each([
    [{ 'computeEngine.maxInstance': 5 }, 'DLI.0001'],
    [{ 'computeEngine.maxInstance': 1 }, 'DLI.0001'],
    [{ 'job.maxConcurrent': 33 }, 'DLI.0001'],
    [{ 'job.maxConcurrent': 0 }, 'DLI.0001'],
    [{ 'job.maxConcurrent': 1, 'no.such': 1 }, 'DLI.0001'],
    [{ 'network.cidrInVpc': '10.0.0.0/8' }, 'DLI.0007'],
    [{}, 'DLI.0001'],
  ])('%j are refused whole', async (properties, code) => {
    const before = await listed()
    const { status, body } = await server.ask('updateQueueProperties', { params, body: { properties } })
    expect([status, body.error_code]).toEqual([400, code])
    expect(await listed()).toEqual(before)
  })

  it('come with a new queue, and go with it', async () => {
    const named = { queue_name: 'native' }
    const create = () =>
      server.ask('createQueue', {
        body: { ...named, cu_count: 16, properties: { 'computeEngine.spark.nativeEnabled': 'true', other: 1 } },
      })
    await create()
    const { body } = await server.ask('listQueueProperties', { params: named })
    expect(body.properties).toEqual([{ key: 'computeEngine.spark.nativeEnabled', value: 'true' }])
    expect((await server.ask('deleteQueue', { params: named })).status).toBe(200)
    expect((await server.ask('listQueueProperties', { params: named })).body.error_code).toBe('DLI.0002')
  })
})
