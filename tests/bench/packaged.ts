// The server as it is installed: one bundle of all rooms, unpacked into a directory of the run, beside the packages of this repository.

import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot as root } from '../../tools/launch.mjs'
import { bundle } from '../../tools/pack-bundle.ts'

/** Makes the bundle. @returns the path of its server, for `startTributary` */
export async function unpackServer(directory: string): Promise<string> {
  const folder = join(directory, 'package')
  mkdirSync(folder)
  await bundle(folder)
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  cpSync(join(root, 'packages/store/src/migrations'), join(folder, 'lib', 'migrations'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'lib', 'server.js')
}
