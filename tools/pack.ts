// Makes the package that installs and serves wherever npm is: `npm run package` writes dist/tributary-<version>.tgz.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { readFlags } from './flags.ts'
import { nodePackages, repositoryRoot as root } from './launch.mjs'
import { bundle } from './pack-bundle.ts'
import { licencesOf } from './pack-licences.ts'

/** What was packed. */
export interface Packed {
  /** The tarball. */
  readonly path: string
  readonly name: string
  readonly version: string
  /** Of the tarball, and of what it unpacks to. */
  readonly packedBytes: number
  readonly unpackedBytes: number
  /** Paths inside the package, sorted. */
  readonly files: readonly string[]
  /** What npm installs beside it, with exact versions. */
  readonly dependencies: Readonly<Record<string, string>>
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly type: string
  readonly bin: Readonly<Record<string, string>>
  readonly engines: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** What `npm pack --json` says of one package. */
interface NpmPacked {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

/** Copied as they are: what a person reads, and what an operator installs. */
const copied = [
  'LICENSE',
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'bin',
  'deploy',
  'docs/guides',
  'docs/operations',
  'docs/generated/settings.md',
  'docs/generated/sql.md',
]

/** @param to - the folder of the tarball, made when it is missing. @throws {Error} when something of it cannot be packed, naming it */
export async function packTributary(to: string): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-package-'))
  try {
    const { externals, bundled } = await bundle(folder)
    const manifest = manifestOf(externals)
    for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true })
    const migrations = globSync('packages/store/src/migrations/*.sql', { cwd: root })
    if (migrations.length === 0) throw new Error('there are no migrations to pack')
    for (const path of migrations) cpSync(join(root, path), join(folder, 'lib', 'migrations', basename(path)))
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
    writeFileSync(join(folder, 'THIRD-PARTY-LICENCES.txt'), licencesOf(bundled))
    mkdirSync(to, { recursive: true })
    return { ...manifest, ...(await npmPack(folder, to)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The manifest of the package: ours, with what could not be bundled as dependencies. */
function manifestOf(externals: readonly string[]): Manifest & { readonly dependencies: Readonly<Record<string, string>> } {
  const { name, version, description, license, type, bin, engines, optionalDependencies } = readManifest('.')
  const rooms = globSync('packages/*', { cwd: root }).map((room) => readManifest(room).dependencies ?? {})
  const wanted: Readonly<Record<string, string>> = Object.assign({}, ...rooms)
  return {
    name,
    version,
    description,
    license,
    type,
    bin,
    engines,
    dependencies: Object.fromEntries(externals.map((external) => [external, exact(external, wanted[external])])),
    optionalDependencies: Object.fromEntries(
      Object.values(nodePackages).map((packaged) => [packaged, exact(packaged, optionalDependencies?.[packaged])]),
    ),
  }
}

function exact(name: string, version: string | undefined): string {
  if (version === undefined || !/^\d/.test(version)) throw new Error(`${name} has to be in a package.json with an exact version`)
  return version
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
}

async function npmPack(folder: string, to: string): Promise<Pick<Packed, 'path' | 'packedBytes' | 'unpackedBytes' | 'files'>> {
  const cli = process.env['npm_execpath']
  const [command, ...first] = cli !== undefined && existsSync(cli) && cli.endsWith('.js') ? [process.execPath, cli] : ['npm']
  const { stdout } = await promisify(execFile)(command, [...first, 'pack', '--json', '--ignore-scripts', '--pack-destination', to], {
    cwd: folder,
  })
  const [packed] = Object.values(JSON.parse(stdout) as readonly NpmPacked[])
  if (packed === undefined) throw new Error('npm pack answered nothing')
  return {
    path: join(to, packed.filename),
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
    files: packed.files.map(({ path }) => path).toSorted(),
  }
}

if (import.meta.main) {
  readFlags({ start: 'npm run package --', flags: {} })
  const { path, packedBytes, unpackedBytes, files, dependencies } = await packTributary(join(root, 'dist'))
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
  console.log(`${path}: ${megabytes(packedBytes)} MB, unpacked ${megabytes(unpackedBytes)} MB, ${files.length} files`)
  console.log(`npm installs beside it: ${Object.keys(dependencies).join(', ')}, and Node for the system`)
  console.log(`next: npm install ${path} && npx tributary serve`)
}
