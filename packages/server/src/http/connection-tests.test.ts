// Connectivity tests over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } })
})
afterAll(() => server[Symbol.asyncDispose]())

const begin = (address: unknown, queue_name = 'q1') => server.ask('createConnectionTest', { params: { queue_name }, body: { address } })
const read = (task_id: string, queue_name = 'q1') => server.ask('getConnectionTest', { params: { queue_name, task_id } })

describe('connectivity tests', () => {
  it('a connectivity test answers at once and tells later whether the queue reaches the address', async () => {
    const { status, body } = await begin('iam.xxx.com:443')
    expect(status).toBe(200)
    expect(body).toEqual({
      is_success: true,
      message: 'check connectivity to address:iam.xxx.com with port: 443 successfully',
      task_id: expect.any(Number),
    })
    await expect.poll(async () => (await read(String(body.task_id))).body.connectivity).toBe('UNREACHABLE')
    expect((await read(String(body.task_id))).body).toEqual({
      is_success: true,
      connectivity: 'UNREACHABLE',
      message: expect.stringMatching(
        new RegExp(
          `^Get node connectivity status successfully for addressId:${body.task_id}: stopped at name: unknown host iam\\.xxx\\.com`,
        ),
      ),
    })
    expect((await begin('10.0.0.1')).body.message).toBe('check connectivity to address:10.0.0.1 successfully')
  })

  it('addresses that cannot be, unknown queues and unknown tests are refused with the published codes', async () => {
    const answers = [
      await begin('10.0.0.256'),
      await begin('10.0.0.1:65536'),
      await begin(''),
      await begin(undefined),
      await begin('10.0.0.1:1', 'nowhere'),
      await read('4711'),
      await read('nine'),
      await read('1', 'nowhere'),
    ]
    expect(answers.map(({ status, body }) => `${status} ${body.error_code}`)).toEqual([
      '400 DLI.0001',
      '400 DLI.0001',
      '400 DLI.0001',
      '400 DLI.0001',
      '400 DLI.0002',
      '400 DLI.0002',
      '400 DLI.0001',
      '400 DLI.0002',
    ])
  })

  it('too many of them are throttled', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => begin('10.0.0.1:1')))
    const throttled = answers.filter(({ status }) => status === 429)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    expect(throttled.length).toBeGreaterThan(0)
    expect(throttled[0]?.body.error_code).toBe('APIGW.0308')
    expect((await server.ask('examineQueue', { params: { queue_name: 'q1' }, body: { address: '10.0.0.1:1' } })).status).toBe(429)
  })
})
