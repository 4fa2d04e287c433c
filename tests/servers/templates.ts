// What a run of tests makes once: data folders of servers that nobody has used yet, copied for each server that starts, and the program itself.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { templatesFolder } from './scratch.ts'

/** Whose the files are; both absent where no root runs the tests. */
export interface Owner {
  readonly uid: number | undefined
  readonly gid: number | undefined
}

/**
 * Puts the data of a new server into a folder: a copy of the run's template, or outside of a run what is made in place.
 * @param name - of the template: two servers with the same name begin alike
 * @param to - not there yet; its parent is
 * @param make - fills the empty folder it is given, which is the owner's
 */
export async function fromTemplate(name: string, to: string, owner: Owner, make: (folder: string) => Promise<void>): Promise<void> {
  const template = await templateOf(name, owner, make)
  if (template === undefined) {
    await makeFolder(to, owner)
    return make(to)
  }
  const copy = spawn('cp', ['-Rp', template, to], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(copy, 'close')
  if (code !== 0) throw new Error(`cp ended with ${code}: no copy of ${template}`)
}

/** @returns the run's template of that name, made by the first who asks; `undefined` outside of a run */
export async function templateOf(name: string, owner: Owner, make: (folder: string) => Promise<void>): Promise<string | undefined> {
  const templates = templatesFolder()
  if (templates === undefined) return undefined
  const template = join(templates, name)
  if (!existsSync(template)) await makeTemplate(templates, template, owner, make)
  return template
}

/** Two may make it at once: the first to end gives it its name, and the other's is thrown away with the rest. */
async function makeTemplate(templates: string, template: string, owner: Owner, make: (folder: string) => Promise<void>): Promise<void> {
  const making = await mkdtemp(join(templates, 'making-'))
  await chmod(making, 0o755)
  const data = join(making, 'data')
  await makeFolder(data, owner)
  await make(data)
  await rename(data, template).catch((error: unknown) => {
    if (!existsSync(template)) throw error
  })
}

async function makeFolder(folder: string, { uid, gid }: Owner): Promise<void> {
  await mkdir(folder)
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid)
}
