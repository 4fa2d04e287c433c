// The server that tests start: in a run of tests joined into few files as the package has it, which start in half the time; else the sources.

import { copyFile, cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repositoryRoot } from '../../tools/launch.mjs'
import { templateOf } from './templates.ts'

/** Where the server begins when it runs from its sources. */
export const sourceProgram = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))

/** What is started, and where Node keeps what it compiles of it; absent: where it always does. */
export interface Program {
  readonly entry: string
  readonly compileCache?: string
}

/** @throws {Error} naming what cannot be joined */
export async function testProgram(): Promise<Program> {
  const folder = await templateOf('program', { uid: undefined, gid: undefined }, joinSources)
  return folder === undefined
    ? { entry: sourceProgram }
    : { entry: join(folder, 'lib', 'server.js'), compileCache: join(folder, 'compiled') }
}

/** As `npm run package` does, with what is installed here in the place of what npm would install. */
async function joinSources(folder: string): Promise<void> {
  const { bundle } = await import('../../tools/pack-bundle.ts')
  await bundle(folder)
  await cp(join(repositoryRoot, 'packages/store/src/migrations'), join(folder, 'lib', 'migrations'), { recursive: true })
  await copyFile(join(repositoryRoot, 'package.json'), join(folder, 'package.json'))
  await symlink(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
}
