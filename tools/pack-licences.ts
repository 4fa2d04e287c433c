// What the licences of bundled packages ask for: each package's name, version and licence text, in one file beside the bundle.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot as root } from './launch.mjs'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly author?: string | { readonly name: string }
}

/** Those that let a bundle be handed on when their text goes with it. */
const permissive = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0'])

/** @param folders - `node_modules/NAME`, from the repository. @throws {Error} naming a package that may not be handed on like this */
export function licencesOf(folders: readonly string[]): string {
  if (folders.length === 0) throw new Error('the bundle holds no packages: something is wrong with it')
  const head = 'Tributary carries these packages inside its own files, under the terms that follow each.\n'
  return [head, ...folders.map(licenceOf)].join(`\n${'-'.repeat(80)}\n\n`)
}

function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
  const { name, version, license, author } = manifest
  if (license === undefined || !permissive.has(license))
    throw new Error(`${name} ${version} has the licence ${license}: it cannot be bundled`)
  const by = typeof author === 'object' ? author.name : (author ?? 'its authors')
  return `${name} ${version}, ${license}\n\n${textIn(join(root, folder)) ?? `Copyright ${by}\n`}`
}

function textIn(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  return file === undefined || !existsSync(join(folder, file)) ? undefined : readFileSync(join(folder, file), 'utf8')
}
