// Projects over HTTP, and what clients look up before their first call.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const namesOf = (body: { projects: { name: string }[] }) => body.projects.map(({ name }) => name)

describe('projects', () => {
  it('a project is made, changed, found from every side and removed when it is empty', async () => {
    const { domainId, userId } = server.credentials
    const project = { name: 'north_2', description: 'second', domain_id: domainId, parent_id: domainId }
    const made = await server.ask('createProject', { body: { project } })
    expect(made.status).toBe(201)
    expect(made.body.project).toMatchObject({ ...project, is_domain: false, enabled: true })
    const project_id = made.body.project.id
    expect(project_id).toMatch(/^[0-9a-f]{32}$/)
    expect((await server.ask('createProject', { body: { project } })).status).toBe(409)
    expect((await server.ask('createProject', { body: { project: { name: 'a b' } } })).status).toBe(400)
    expect((await server.ask('createProject', { body: { project: { name: 'x', domain_id: 'elsewhere' } } })).status).toBe(404)
    expect((await server.ask('listQueues', { params: { project_id } })).body.queues).toMatchObject([{ queue_name: 'default' }])

    const changed = await server.ask('updateProject', { params: { project_id }, body: { project: { description: 'changed' } } })
    expect(changed.body.project).toEqual({ ...made.body.project, description: 'changed' })
    expect((await server.ask('updateProject', { params: { project_id }, body: { project: { name: 'north_3' } } })).status).toBe(200)
    const { projectName } = server.credentials
    expect((await server.ask('updateProject', { params: { project_id }, body: { project: { name: projectName } } })).status).toBe(409)
    const read = await server.ask('getProject', { params: { project_id } })
    expect(read.body.project).toEqual({ ...made.body.project, name: 'north_3', description: 'changed' })

    expect((await server.ask('listProjects', { path: 1 })).body.projects).toHaveLength(2)
    expect(namesOf((await server.ask('listProjects', { query: { page: 2, per_page: 1 } })).body)).toEqual(['north_3'])
    expect((await server.ask('listProjects', { query: { per_page: 0 } })).status).toBe(400)
    expect((await server.ask('listProjects', { query: { enabled: false } })).body.projects).toEqual([])
    expect((await server.ask('listProjects', { query: { parent_id: domainId } })).body.projects).toHaveLength(2)
    expect((await server.ask('listUserProjects', { params: { user_id: userId } })).body.projects).toHaveLength(2)
    await removeIt(project_id)
  })

  async function removeIt(project_id: string): Promise<void> {
    const params = { project_id }
    expect((await server.ask('createQueue', { params, body: { queue_name: 'q', cu_count: 16 } })).status).toBe(200)
    const token = await server.token(project_id)
    const full = await server.ask('deleteProject', { params })
    expect(full.status).toBe(409)
    expect(full.body.error.message).toContain('still holds 1 queues')
    expect((await server.ask('deleteQueue', { params: { ...params, queue_name: 'q' } })).status).toBe(200)
    expect((await server.ask('deleteProject', { params })).status).toBe(204)
    expect((await server.ask('deleteProject', { params })).status).toBe(404)
    expect((await server.ask('getProject', { params })).status).toBe(404)
    expect((await server.ask('listQueues', { params, as: { token } })).status).toBe(401)
    expect((await server.ask('listQueues', { params })).status).toBe(403)
  }

  it('are seen by who has a role there', async () => {
    const { id, token } = await samplePerson(server, 'rita', 'reader')
    const hidden = (await server.ask('createProject', { body: { project: { name: 'hidden' } } })).body.project.id
    const as = { token }
    expect(namesOf((await server.ask('listProjects', { as })).body)).toEqual([server.credentials.projectName])
    expect((await server.ask('listUserProjects', { as, params: { user_id: id } })).body.projects).toHaveLength(1)
    expect((await server.ask('listUserProjects', { as, params: { user_id: server.credentials.userId } })).status).toBe(404)
    expect((await server.ask('getProject', { as })).body.project.id).toBe(publishedProject)
    expect((await server.ask('getProject', { as, params: { project_id: hidden } })).status).toBe(404)
    const refused = await server.ask('createProject', { as, body: { project: { name: 'mine' } } })
    expect(refused.status).toBe(403)
    expect(refused.body.error.message).toContain("Action = 'iam:projects:createProject'")
  })
})

describe('the account', () => {
  it('regions and the caller are named', async () => {
    const { regions } = (await server.ask('listRegions')).body
    expect(regions).toContainEqual(expect.objectContaining({ id: server.credentials.projectName, type: 'public' }))
    expect((await server.ask('getCallerIdentity')).body).toEqual({
      account_id: server.credentials.domainId,
      principal_id: server.credentials.userId,
      principal_urn: `iam::${server.credentials.domainId}:user:${server.credentials.adminUser}`,
    })
  })
})
