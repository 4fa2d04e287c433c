// Joins the sources of all rooms and what they use into the few files of lib/: Node strips no types inside node_modules.

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build as esbuild, type BuildResult, type Metafile, type Plugin } from 'esbuild'
import { repositoryRoot as root } from './launch.mjs'

/** What a bundle came to. */
export interface Bundle {
  /** Packages it loads when it runs, sorted: they have to be installed beside it. */
  readonly externals: readonly string[]
  /** Folders of the packages inside it, `node_modules/NAME`, sorted. */
  readonly bundled: readonly string[]
}

const engine = 'packages/query/src/engines/duckdb'
const swaggerUi = 'node_modules/@fastify/swagger-ui'

/** What is started by its path: two programs, the engine child and its threads. They lie side by side, so that one finds the other. */
const entries = {
  server: 'packages/server/src/main.ts',
  cli: 'packages/cli/src/main.ts',
  child: `${engine}/child.ts`,
  'duckdb-thread': `${engine}/duckdb-thread.ts`,
  'planner-thread': `${engine}/planner-thread.ts`,
  'result-thread': `${engine}/result-thread.ts`,
  'source-thread': `${engine}/source-thread.ts`,
}

/** Native code, and what is loaded by name. */
const kept = ['@duckdb/node-api', '@duckdb/node-bindings', 'yaml']

/** Loaded by name by packages inside, where somebody has them; nothing of ours does. */
const absent = new Set(['pg-native'])

/** What CommonJS packages expect of every file. */
const banner = `import { createRequire as createRequireOfFile } from 'node:module';
const require = createRequireOfFile(import.meta.url);
const __filename = import.meta.filename, __dirname = import.meta.dirname;`

/** Writes `lib/` and `tools/launch.mjs` into a folder. @throws {Error} naming what cannot be bundled */
export async function bundle(folder: string): Promise<Bundle> {
  const byPath = new Set<string>()
  const result = await esbuild({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: join(folder, 'lib'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: 'part-[hash]',
    banner: { js: banner },
    external: [...kept, ...absent],
    metafile: true,
    logLevel: 'warning',
    plugins: [startedByPath(byPath), pagesBesideTheBundle],
  })
  const missing = [...byPath].filter((name) => !(name in entries))
  if (byPath.size === 0 || missing.length > 0)
    throw new Error(`started by path and not in the bundle: ${missing.join(', ') || 'nothing was seen'}`)
  for (const path of Object.keys(result.metafile.outputs)) escapeLetters(join(root, path))
  cpSync(join(root, swaggerUi, 'static'), join(folder, 'lib', 'static'), { recursive: true })
  await bundleLauncher(folder)
  return { externals: externalsOf(result), bundled: packagesOf(result.metafile) }
}

/**
 * Writes what is beyond ASCII in a source as escapes. Of one such letter in a file Node keeps two bytes for each of all the others, in every process.
 * esbuild escapes strings by itself, but no templates that a function reads: ours read what is meant and not how it is written, which an escape leaves alone.
 */
function escapeLetters(file: string): void {
  const text = readFileSync(file, 'utf8')
  if (/\bString\.raw`[^`]*[^\0-\x7f]/.test(text))
    throw new Error(`${file} has a raw text with letters beyond ASCII: an escape would change it`)
  writeFileSync(
    file,
    text.replaceAll(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

/** The launcher runs on the Node that is there, before ours is found. */
async function bundleLauncher(folder: string): Promise<void> {
  await esbuild({
    absWorkingDir: root,
    entryPoints: ['tools/launch-installed.mjs'],
    outfile: join(folder, 'tools', 'launch.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
}

/** A CommonJS package that is loaded late has a default export alone once it is in the bundle; Node gives it names as well. */
function withNames(loading: string, name: string): string {
  return kept.includes(name) ? loading : `${loading}.then((loaded) => ({ ...loaded.default, ...loaded }))`
}

/** In the bundle, what is started by its path ends in .js. */
function startedByPath(seen: Set<string>): Plugin {
  return {
    name: 'started-by-path',
    setup(build) {
      build.onLoad({ filter: /\/packages\/[^/]+\/(src|reference)\/.*\.ts$/ }, ({ path }) => {
        if (/\.test\.ts$|\/sample-|-suite\.ts$/.test(path)) return { errors: [{ text: `${path} is for tests and must not be packed` }] }
        const contents = readFileSync(path, 'utf8')
          .replaceAll(/new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g, (_, name: string) => {
            seen.add(name)
            return `new URL('./${name}.js', import.meta.url)`
          })
          .replaceAll(/(?<!typeof )\bimport\('(?!node:|\.)([^']+)'\)/g, withNames)
        return { contents, loader: 'ts' }
      })
    },
  }
}

/** The pages of the API are files; two modules of the library look for them in two ways, from folders that are not there in a bundle. */
const pagesBesideTheBundle: Plugin = {
  name: 'pages-beside-the-bundle',
  setup(build) {
    build.onLoad({ filter: /\/@fastify\/swagger-ui\/lib\/routes\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = text.replace("path.join(__dirname, '..', 'static')", "path.join(__dirname, 'static')")
      if (contents === text) return { errors: [{ text: `${path} no longer looks for its pages as it did` }] }
      return { contents, loader: 'js' }
    })
  },
}

function externalsOf({ metafile }: BuildResult<{ metafile: true }>): readonly string[] {
  const imported = Object.values(metafile.outputs).flatMap((output) => output.imports.filter((each) => each.external === true))
  const packages = imported
    .map(({ path }) => path.replace(/^node:/, ''))
    .filter((path) => !builtinModules.includes(path) && path !== 'sqlite' && !absent.has(path))
  const unknown = packages.filter((name) => !kept.includes(name))
  if (unknown.length > 0) throw new Error(`loaded when it runs, and nobody installs it: ${unknown.join(', ')}`)
  return kept
}

/** The package folders that gave at least one byte. */
function packagesOf({ outputs }: Metafile): readonly string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const folders = inputs.flatMap(([path, { bytesInOutput }]) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)
    return found === null || bytesInOutput === 0 ? [] : [found[1] as string]
  })
  return [...new Set(folders)].toSorted()
}
