// A full disk: writes are refused in words, nothing is half done, reads go on, and all is well again when there is room.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import { inspectDatabase } from './inspect-database.ts'
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from './small-disk.ts'
import { signIn } from './stage.ts'
import { type Answer, type Json, type Target, Writer } from './writer.ts'

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))
const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }
const args = ['--warm-spare=false', '--sweep', '1']
const diskMegabytes = 24
const mostWrites = 2_000

/** One write for each envelope of errors. */
const writes = {
  databases: (writer: Writer, name: string) =>
    writer.call('createDatabase', { body: { database_name: name, description: 'd'.repeat(200) } }),
  projects: (writer: Writer, name: string) => writer.call('createProject', { body: { project: { name, description: 'd'.repeat(200) } } }),
  vpcs: (writer: Writer, name: string) => writer.call('createVpc', { body: { vpc: { name, cidr: '10.99.0.0/16' } } }),
} as const
type Kind = keyof typeof writes

const why = whyNoSmallDisk()
describe.skipIf(why !== '')(`a full disk${why === '' ? '' : ` (${why})`}`, () => {
  let disk: SmallDisk
  let server: TributaryServer
  let writer: Writer
  let target: Target
  const acknowledged: Record<Kind, string[]> = { databases: [], projects: [], vpcs: [] }

  beforeAll(async () => {
    disk = mountSmallDisk(diskMegabytes)
    server = await startTributary({ dataDir: join(disk.path, 'data'), args })
    target = { endpoint: server.endpoint, token: await signIn(server.endpoint) }
    writer = new Writer({ name: 'full', target, ground, chance: new Chance(1) })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    disk[Symbol.dispose]()
  })

  const create = async (kind: Kind): Promise<Answer> => {
    const name = writer.fresh()
    const answer = await writes[kind](writer, name)
    if (answer.status < 300) acknowledged[kind].push(name)
    return answer
  }
  /** What was freed inside the database takes some more writes; then there is no room for one. */
  const untilRefused = async (kind: Kind): Promise<Answer> => {
    for (let count = 0; count < mostWrites; count++) {
      const answer = await create(kind)
      if (answer.status >= 300) return answer
    }
    throw new Error(`${mostWrites} writes found room`)
  }
  const readiness = (): Promise<Response> => fetch(`${server.endpoint}/readyz`)
  const listed = async (): Promise<Record<Kind, readonly string[]>> => {
    const { databases } = (await writer.call('listDatabases')).body
    const { projects } = (await writer.call('listProjects')).body
    const { vpcs } = (await writer.call('listVpcs', { query: { limit: 2000 } })).body
    const own = (names: readonly string[]) => names.filter((name) => name.startsWith('full_')).sort()
    const named = (all: readonly Json[]) => own(all.map(({ name }) => name))
    return { databases: own(databases.map((one: Json) => one.database_name)), projects: named(projects), vpcs: named(vpcs) }
  }
  const expected = (): Record<Kind, readonly string[]> => ({
    databases: acknowledged.databases.toSorted(),
    projects: acknowledged.projects.toSorted(),
    vpcs: acknowledged.vpcs.toSorted(),
  })

  it('is ready while there is room', async () => {
    expect((await readiness()).status).toBe(200)
  })

  it('refuses writes with 503 and says why, in every envelope', async () => {
    for (let count = 0; count < 20; count++) expect((await create('databases')).status).toBe(200)
    disk.fill(64 * 1024)
    const why = expect.stringContaining('disk of the installation is full') as string
    const database = await untilRefused('databases')
    expect([database.status, database.body]).toEqual([503, { error_code: 'DLI.0999', error_msg: why }])
    const project = await untilRefused('projects')
    expect([project.status, project.body.error]).toEqual([503, { code: 503, message: why, title: 'Service Unavailable' }])
    const vpc = await untilRefused('vpcs')
    expect([vpc.status, vpc.body.message]).toEqual([503, why])
  }, 120_000)

  it('is not ready meanwhile, and says why', async () => {
    // Something large is refused whatever small room there is left inside the database.
    const hosts = Array.from({ length: 20_000 }, (_, number) => ({ name: `host-${number}.example`, ip: '10.0.0.1' }))
    const large = { name: writer.fresh(), dest_vpc_id: 'v', dest_network_id: 'n', hosts }
    expect((await writer.call('createConnection', { body: large })).status).toBe(503)
    const answer = await readiness()
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ error_msg: expect.stringContaining('disk of the installation is full') })
  })

  it('reads on, and has done nothing by halves', async () => {
    expect(acknowledged.databases.length).toBeGreaterThan(20)
    expect(await listed()).toEqual(expected())
    expect(inspectDatabase(join(server.dataDir, 'tributary.db'))).toEqual([])
  })

  it('lets no second server start there without saying why', () => {
    const { status, stderr } = spawnSync(process.execPath, [main, 'serve', '--port', '0', '--data-dir', join(disk.path, 'second')], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/full|no space/i)
    expect(stderr).not.toMatch(/^\s+at /m)
  }, 60_000)

  it('writes again when there is room, and loses nothing when it is killed', async () => {
    disk.free()
    expect((await readiness()).status).toBe(200)
    for (let count = 0; count < 20; count++) expect((await create('databases')).status).toBe(200)
    await server.kill()
    server = await startTributary({ dataDir: join(disk.path, 'data'), args })
    target.endpoint = server.endpoint
    expect(await listed()).toEqual(expected())
    expect((await create('databases')).status).toBe(200)
  }, 60_000)
})
