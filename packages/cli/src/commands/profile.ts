// Profiles: saved sign-ins for several servers, and which of them is in use.

import { Failure } from '../failure.ts'
import { profilesPath, readProfiles, saveProfile, writeProfiles } from '../profiles.ts'
import { readSecret } from '../secret.ts'
import { clientOf } from '../caller.ts'
import { placeOf } from '../place.ts'
import { column, localTime, printJson, printRows } from '../show.ts'
import type { Flag, Verb } from '../verb.ts'
import { caFlag, chosen, endpointFlag, removeProfile } from './login.ts'

const nameArgument = { name: 'name', brief: 'name of the profile' }
const secretFlag: Flag = { name: 'secret-key-from', kind: 'secret', brief: 'the secret of the key; asked for unless given' }

const add: Verb = {
  words: 'profile add',
  brief: 'Keep an access key as a profile, after trying it, and use it from now on',
  operations: ['listProjects'],
  positionals: [nameArgument],
  flags: [
    { name: 'access-key', kind: 'text', brief: 'the key', isRequired: true },
    secretFlag,
    endpointFlag,
    caFlag,
    { name: 'project', kind: 'text', brief: 'name or id of the project to work in; the first one unless given' },
  ],
  isLocal: true,
  examples: [
    { line: 'tributary profile add local --access-key ACCESS_KEY --secret-key-from env:SECRET_KEY', brief: 'A server on this machine:' },
    {
      line: 'tributary profile add other --endpoint ENDPOINT --access-key ACCESS_KEY --project local --secret-key-from stdin < secret',
      brief: 'Another server:',
    },
  ],
  async run({ terminal, given }) {
    const [name = ''] = given.args
    const accessKey = given.text('access-key')
    if (accessKey === undefined) throw new Failure('usage', '--access-key is missing')
    const secretKey = await readSecret(terminal, { what: 'secret key', flag: secretFlag.name, from: given.text(secretFlag.name) })
    const place = placeOf(terminal, given)
    const login = { kind: 'key', accessKey, secretKey } as const
    const { projects } = await clientOf({ ...place, projectId: '', login }).listProjects({})
    const wanted = given.text('project')
    const project = wanted === undefined ? projects[0] : projects.find((one) => one.id === wanted || one.name === wanted)
    if (project === undefined) throw new Failure('notFound', `this key has a role in no project${wanted === undefined ? '' : ` ${wanted}`}`)
    saveProfile(terminal, name, { ...place, projectId: project.id, login })
    terminal.out(`profile ${name} saved: ${place.endpoint}, project ${project.name}\n`)
  },
}

const list: Verb = {
  words: 'profile list',
  brief: 'List the saved sign-ins; no secret is shown',
  operations: [],
  positionals: [],
  flags: [{ name: 'json', kind: 'switch', brief: 'print them as JSON' }],
  isLocal: true,
  examples: [{ line: 'tributary profile list', brief: 'The one in use has a star:' }],
  async run({ terminal, given }) {
    const { current, profiles } = readProfiles(terminal)
    const rows = Object.entries(profiles).map(([name, { endpoint, projectId, login }]) => ({
      current: name === current,
      name,
      endpoint,
      project_id: projectId,
      login: login.kind === 'key' ? `key ${login.accessKey}` : `${login.user} until ${localTime(Date.parse(login.expiresAt))}`,
    }))
    if (given.isOn('json')) return printJson(terminal, { path: profilesPath(terminal), profiles: rows })
    const star = { title: '', of: (row: Readonly<Record<string, unknown>>) => (row['current'] === true ? '*' : ' ') }
    printRows(terminal, rows, [star, column('name'), column('endpoint'), column('project_id', 'project'), column('login')])
  },
}

const use: Verb = {
  words: 'profile use',
  brief: 'Use a saved sign-in from now on',
  operations: [],
  positionals: [nameArgument],
  flags: [],
  isLocal: true,
  examples: [{ line: 'tributary profile use local', brief: 'Until another is used; --profile NAME is for one command:' }],
  async run({ terminal, given }) {
    const { name } = chosen(terminal, given.args[0])
    writeProfiles(terminal, { ...readProfiles(terminal), current: name })
    terminal.out(`profile ${name} is in use\n`)
  },
}

const remove: Verb = {
  words: 'profile remove',
  brief: 'Forget a saved sign-in',
  operations: [],
  positionals: [nameArgument],
  flags: [],
  isLocal: true,
  examples: [{ line: 'tributary profile remove other', brief: 'Its key stays valid at the server:' }],
  async run({ terminal, given }) {
    const { name } = chosen(terminal, given.args[0])
    removeProfile(terminal, name)
    terminal.out(`profile ${name} removed\n`)
  },
}

/** Verbs of `profile`. */
export const profileVerbs: readonly Verb[] = [add, list, use, remove]
