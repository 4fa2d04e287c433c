// People for tests: users with a role, a token and a key, made through the API as an administrator would.

import type { Role } from '@tributary/rules'
import { type KeyPair, publishedProject, type SampleServer } from './sample-server.ts'

/** Good enough for every sample user. */
export const samplePassword = 'Correct-horse-1'

/** A user that tests call as. */
export interface SamplePerson {
  readonly id: string
  readonly name: string
  /** Scoped to the project. */
  readonly token: string
  readonly key: KeyPair
}

/** Makes a user with a role in a project, the first one unless told, and a token and a key of its own. */
export async function samplePerson(
  server: SampleServer,
  name: string,
  role: Role,
  projectId: string = publishedProject,
): Promise<SamplePerson> {
  const made = await server.ask('createUser', { body: { user: { name, password: samplePassword } } })
  if (made.status !== 201) throw new Error(made.text)
  const id: string = made.body.user.id
  const granted = await server.ask('grantProjectRole', { params: { project_id: projectId, user_id: id, role_id: role } })
  if (granted.status !== 204) throw new Error(granted.text)
  const { credential } = (await server.ask('createAccessKey', { body: { credential: { user_id: id } } })).body
  const signedIn = await signIn(server, name, samplePassword, { project: { id: projectId } })
  if (signedIn.status !== 201) throw new Error(signedIn.text)
  return {
    id,
    name,
    token: signedIn.headers.get('x-subject-token') ?? '',
    key: { accessKey: credential.access, secretKey: credential.secret },
  }
}

/** Asks for a token of any user of the first account. */
export async function signIn(server: SampleServer, name: string, password: string, scope?: unknown) {
  const user = { name, password, domain: { name: server.credentials.domainName } }
  const body = { auth: { identity: { methods: ['password'], password: { user } }, ...(scope === undefined ? {} : { scope }) } }
  return server.ask('issueToken', { as: 'nobody', body })
}
