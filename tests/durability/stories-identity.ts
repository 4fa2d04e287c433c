// Writes of identity: tokens, users and their passwords, access keys, roles, projects.

import { sampleAccount } from '../servers/tributary.ts'
import type { Seen } from './ledger.ts'
import type { Json, Writer } from './writer.ts'

const { adminPassword, domainName, projectId } = sampleAccount

const changedPassword = `${adminPassword}-changed`

function signInBody(name: string, password: string, isScoped = true): Json {
  const identity = { methods: ['password'], password: { user: { name, password, domain: { name: domainName } } } }
  return { auth: { identity, ...(isScoped ? { scope: { project: { id: projectId } } } : {}) } }
}

/** A token works from its answer on until it is revoked. */
export async function tokenStory(writer: Writer): Promise<void> {
  const { body, headers, status } = await writer.call('issueToken', { token: '', body: signInBody(sampleAccount.adminUser, adminPassword) })
  if (status !== 201) throw new Error(`a sign-in was answered ${status}: ${JSON.stringify(body)}`)
  const token = headers.get('x-subject-token') ?? ''
  const subject = writer.fresh()
  const isValid = async (): Promise<Seen> => {
    const { status: answered } = await writer.call('getCallerIdentity', { token })
    return answered === 401 ? undefined : { answered }
  }
  writer.ledger.acknowledge({ operation: 'issueToken', subject, look: isValid, expected: { answered: 200 } })
  const headersOf = { 'x-subject-token': token }
  await writer.write({ operation: 'revokeToken', subject, headers: headersOf, look: isValid, shows: () => undefined })
}

/** A user from its creation to its removal, with its roles and keys. */
export async function userStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const look = writer.reads('listUsers', { query: { name } }, (body) => body.users.find((user: Json) => user.name === name))
  const same = { subject: `user ${name}`, look }
  const draft = { name, password: adminPassword, description: 'first' }
  const { user } = await writer.write({
    ...same,
    operation: 'createUser',
    body: { user: draft },
    shows: (answer) => ({ name, description: 'first', ...(answer && { id: answer.user.id }) }),
  })
  const params = { user_id: user.id as string }
  for (const operation of ['patchUser', 'putUser'] as const) {
    const description = `by ${operation}`
    await writer.write({ ...same, operation, params, body: { user: { description } }, shows: () => ({ id: user.id, name, description }) })
  }
  await keyWrites(writer, user.id)
  await roleWrites(writer, user.id)
  await writer.write({ ...same, operation: 'deleteUser', params, shows: () => undefined })
}

/** A user changes its password: the old one ends with the answer, the new one works. */
export async function passwordStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const signIn = (password: string) => writer.call('issueToken', { token: '', body: signInBody(name, password, false) })
  const find = writer.reads('listUsers', { query: { name } }, (body) => body.users.find((user: Json) => user.name === name))
  const look = async (): Promise<Seen> => {
    if ((await find()) === undefined) return undefined
    for (const password of [changedPassword, adminPassword]) if ((await signIn(password)).status === 201) return { password }
    return { password: 'neither' }
  }
  const same = { subject: `password of ${name}`, look }
  const draft = { user: { name, password: adminPassword } }
  const { user } = await writer.write({ ...same, operation: 'createUser', body: draft, shows: () => ({ password: adminPassword }) })
  const params = { user_id: user.id as string }
  const token = (await signIn(adminPassword)).headers.get('x-subject-token') ?? ''
  const body = { user: { original_password: adminPassword, password: changedPassword } }
  await writer.write({ ...same, operation: 'changePassword', params, token, body, shows: () => ({ password: changedPassword }) })
  await writer.write({ ...same, operation: 'deleteUser', params, shows: () => undefined })
}

async function keyWrites(writer: Writer, id: string): Promise<void> {
  const pick = (body: Json): Json => body.credentials.find((key: Json) => key.description.startsWith('durable'))
  const same = { subject: `key of ${id}`, look: writer.reads('listAccessKeys', { query: { user_id: id } }, pick) }
  const draft = { credential: { user_id: id, description: 'durable' } }
  const { credential } = await writer.write({
    ...same,
    operation: 'createAccessKey',
    body: draft,
    shows: (answer) => ({ user_id: id, status: 'active', ...(answer && { access: answer.credential.access }) }),
  })
  const params = { access_key: credential.access as string }
  const change = { credential: { status: 'inactive', description: 'durable, off' } }
  const off = { access: credential.access, status: 'inactive', description: 'durable, off' }
  await writer.write({ ...same, operation: 'updateAccessKey', params, body: change, shows: () => off })
  await writer.write({ ...same, operation: 'deleteAccessKey', params, shows: () => undefined })
}

async function roleWrites(writer: Writer, id: string): Promise<void> {
  const ofProject = { project_id: projectId, user_id: id }
  const ofDomain = { domain_id: writer.ground.domainId, user_id: id }
  const first = (body: Json): Json => body.roles[0]
  const project = { subject: `role of ${id}`, look: writer.reads('listProjectRoles', { params: ofProject }, first) }
  const domain = { subject: `domain role of ${id}`, look: writer.reads('listDomainRoles', { params: ofDomain }, first) }
  const editor = { ...ofProject, role_id: 'editor' }
  const admin = { ...ofDomain, role_id: 'admin' }
  await writer.write({ ...project, operation: 'grantProjectRole', params: editor, shows: () => ({ id: 'editor' }) })
  await writer.write({ ...project, operation: 'revokeProjectRole', params: editor, shows: () => undefined })
  await writer.write({ ...domain, operation: 'grantDomainRole', params: admin, shows: () => ({ id: 'admin' }) })
  await writer.write({ ...domain, operation: 'revokeDomainRole', params: admin, shows: () => undefined })
}

/** A project from its creation to its removal. */
export async function projectStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json => body.projects.find((project: Json) => project.name === name)
  const same = { subject: `project ${name}`, look: writer.reads('listProjects', { query: { name } }, found) }
  const draft = { project: { name, description: 'first' } }
  const { project } = await writer.write({
    ...same,
    operation: 'createProject',
    body: draft,
    shows: (answer) => ({ name, description: 'first', ...(answer && { id: answer.project.id }) }),
  })
  const params = { project_id: project.id as string }
  const change = { project: { description: 'second' } }
  await writer.write({
    ...same,
    operation: 'updateProject',
    params,
    body: change,
    shows: () => ({ id: project.id, description: 'second' }),
  })
  await writer.write({ ...same, operation: 'deleteProject', params, shows: () => undefined })
}

/** A limit of a project that nothing else uses. */
export async function quotaStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const { project } = (await writer.call('createProject', { body: { project: { name } } })).body
  if (project === undefined) return
  const params = { project_id: project.id as string }
  const limit = (body: Json): Json => body.quotas.find((quota: Json) => quota.type === 'SQL_JOB')
  const same = { subject: `quota of ${name}`, look: writer.reads('getProjectQuotas', { params }, limit), params }
  const given = await same.look()
  writer.ledger.assume({ operation: 'putProjectQuotas', subject: same.subject, look: same.look, expected: { quota: given?.['quota'] } })
  for (const quota of [7, 8])
    await writer.write({ ...same, operation: 'putProjectQuotas', body: { quotas: [{ type: 'SQL_JOB', quota }] }, shows: () => ({ quota }) })
}
