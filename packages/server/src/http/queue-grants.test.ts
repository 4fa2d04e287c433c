// Users of queues over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
const params = { queue_name: 'queue1' }
beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createQueue', { body: { queue_name: 'queue1', cu_count: 16, resource_mode: 1 } })
})
afterAll(() => server[Symbol.asyncDispose]())

describe('queue users', () => {
  it('the owner of a queue holds everything and cannot be changed', async () => {
    const { body } = await server.ask('listQueueUsers', { params })
    expect(body).toEqual({
      is_success: true,
      message: '',
      queue_name: 'queue1',
      count: 1,
      privileges: [{ is_admin: true, user_name: 'admin', privileges: ['ALL'] }],
    })
    expect((await server.ask('listQueueUsers', { params, query: { offset: 1 } })).body.privileges).toEqual([])
    const grant = (over: object) =>
      server.ask('authorizeQueueUser', {
        body: { queue_name: 'queue1', user_name: 'admin', action: 'grant', privileges: ['SUBMIT_JOB'], ...over },
      })
    const codes = []
    for (const over of [{}, { user_name: 'nobody' }, { action: 'give' }, { queue_name: 'none' }, { privileges: null }])
      codes.push((await grant(over)).body.error_code)
    expect(codes).toEqual(['DLI.0007', 'DLI.0002', 'DLI.0001', 'DLI.0002', 'DLI.0001'])
  })
})
