// Why a source is out of reach, in the words of the connection that should lead there.

import { ServiceError, say } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'
import { declaredSource, explainingWay } from './sources.ts'

describe('the way to a source', () => {
  it('is explained by the FAILED connection that would be it', async () => {
    await using sample = await SampleControl.open()
    await sample.declare('v1', '10.71.0.0/16', 's1', '10.71.0.0/24')
    await sample.queue('q1')
    const queue = await sample.store.queues.get(sample.caller.project, 'q1')
    await sample.connect('test1', 'v1', 's1', ['q1'], [{ name: 'pg', ip: '10.71.0.5' }])
    const unreached = new ServiceError('unavailable', say`not bound`, { subject: { kind: 'queue', name: 'q1' } })
    const refused = async (host: string, error = unreached): Promise<string> => {
      const source = declaredSource(
        { database: 'default', name: 't' },
        {
          using: 'jdbc',
          options: { url: `jdbc:postgresql://${host}:5432/d`, dbtable: 't', passwdauth: 'a', encryption: 'true' },
          columns: undefined,
        },
      )
      const work = (): Promise<never> => Promise.reject(error)
      return explainingWay({ store: sample.store }, queue, source, work).catch((thrown: Error) => thrown.message)
    }
    const reason = 'connection test1 is FAILED for queue q1: no gateway is attached to VPC v1: ask the installation owner'
    for (const host of ['10.71.0.5', 'pg']) expect(await refused(host)).toBe(`${reason} (on the way to ${host}:5432)`)
    expect(await refused('10.72.0.5')).toBe('not bound')
    expect(await refused('10.71.0.5', new ServiceError('notFound', say`no auth-info`))).toBe('no auth-info')
    await sample.attach('v1')
    expect(await refused('10.71.0.5')).toBe('not bound')
  })
})
