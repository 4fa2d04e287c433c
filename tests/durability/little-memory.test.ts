// Little memory, of the heap and of the machine: more large bodies at once than it could hold are each answered, and nothing that was written is lost.

import { describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import { MemoryGroup, whyNoMemoryGroup } from './memory-group.ts'
import { signIn } from './stage.ts'
import { type Json, type Target, Writer } from './writer.ts'

const heapMegabytes = 64
const machineMegabytes = 384
const bodies = 24
const hostsPerBody = 250_000
const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }

const hosts = Array.from({ length: hostsPerBody }, (_, number) => ({ name: `host-${number}`, ip: '10.0.0.1' }))
const large = { name: 'large', dest_vpc_id: 'v', dest_network_id: 'n', hosts }
const largeBody = JSON.stringify(large)

describe('little memory', () => {
  it('of the heap: refuses what is too large in words, however many come at once, and writes on', async () => {
    const nodeArgs = [`--max-old-space-size=${heapMegabytes}`]
    await using server = await startTributary({ nodeArgs, args: ['--warm-spare=false'] })
    // All of them together are several times the heap.
    expect(bodies * largeBody.length).toBeGreaterThan(2 * heapMegabytes * 2 ** 20)
    await flood(server, bodies)
  }, 180_000)

  const why = whyNoMemoryGroup()
  it.skipIf(why !== '')(
    `of the machine: the same where the system ends whoever takes more${why === '' ? '' : ` (${why})`}`,
    async () => {
      using group = new MemoryGroup(machineMegabytes)
      await using server = await startTributary({ under: group.under, args: ['--warm-spare=false'] })
      expect(group.members()).toContain(server.pid)
      const count = Math.ceil((1.2 * machineMegabytes * 2 ** 20) / largeBody.length)
      await flood(server, count)
      expect(group.mostBytes()).toBeGreaterThan(64 * 2 ** 20)
      expect(await server.stop()).toBe(0)
    },
    180_000,
  )
})

/** Large creates, all at once, with small ones before, meanwhile and after. */
async function flood(server: TributaryServer, count: number): Promise<void> {
  const target: Target = { endpoint: server.endpoint, token: await signIn(server.endpoint) }
  const writer = new Writer({ name: 'little', target, ground, chance: new Chance(1) })
  const create = async (name: string) => (await writer.call('createDatabase', { body: { database_name: name } })).status
  expect(await create('before')).toBe(200)
  const floods = Array.from({ length: count }, () => writer.call('createConnection', { body: large }))
  const meanwhile = create('meanwhile')
  const answers = await Promise.all(floods)
  // Those beyond what is read at once are told to come again.
  const [read, turnedAway] = [answers.filter(({ status }) => status === 400), answers.filter(({ status }) => status === 503)]
  expect(read.length + turnedAway.length).toBe(count)
  expect(read.length).toBeGreaterThan(0)
  for (const { body: told } of read) expect(told.error_msg).toContain(`hosts has ${hostsPerBody} entries`)
  for (const { body: told } of turnedAway)
    expect(told).toMatchObject({ error_code: expect.stringMatching(/./), error_msg: expect.stringMatching(/again/) })
  expect([await meanwhile, await create('after')]).toEqual([200, 200])
  const names = (await writer.call('listDatabases')).body.databases.map((database: Json) => database.database_name)
  expect(names).toEqual(expect.arrayContaining(['before', 'meanwhile', 'after']))
}
