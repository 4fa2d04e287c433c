// Brings node_modules in line with the lock file before anything runs: once, by one process, with progress. Plain JavaScript, Node >= 20.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

// A holder touches its lock every second; a lock untouched for this long has lost its holder.
const staleLockMs = 30_000
const heartbeatMs = 1_000
const progressEveryMs = process.stderr.isTTY ? 1_000 : 5_000
const tailLines = 30

/**
 * Makes sure that what is installed is what the lock file says; cheap when it is.
 * @param {string} root - the repository
 * @throws {Error} when npm fails; its last lines have been printed by then
 */
export async function ensureInstalled(root) {
  if (isCurrent(root)) return
  const release = await takeLock(root)
  try {
    if (!isCurrent(root)) await install(root)
  } finally {
    release()
  }
}

/**
 * Says whether node_modules answers to the lock file: our stamp carries its hash, or npm's own record of what it installed agrees with it.
 * An install that was cut short has neither, because npm writes its record last and empties the folder first.
 */
export function isCurrent(root) {
  const lockText = readText(join(root, 'package-lock.json'))
  if (lockText === undefined) throw new Error('package-lock.json is missing from this checkout.')
  const hash = hashOf(lockText)
  const record = readText(join(root, 'node_modules', '.package-lock.json'))
  if (record === undefined) return false
  if (readText(stampPath(root)) === hash) return true
  if (!agrees(lockText, record)) return false
  writeStamp(root, hash)
  return true
}

/** Compares what npm recorded with what the lock file asks for: the same versions, and nothing missing but other platforms' packages. */
function agrees(lockText, recordText) {
  const wanted = parsePackages(lockText)
  const found = parsePackages(recordText)
  if (wanted === undefined || found === undefined) return false
  return Object.entries(wanted).every(([path, want]) => {
    if (path === '' || !path.startsWith('node_modules/')) return true
    const have = found[path]
    return have === undefined ? isForElsewhere(want) : have.version === want.version && have.link === want.link
  })
}

/** Optional, and not said to be for this system and processor (what is picked by C library is npm's to judge). */
function isForElsewhere(want) {
  if (want.optional !== true && want.devOptional !== true) return false
  const isForHere = want.libc === undefined && want.os?.includes(process.platform) && want.cpu?.includes(process.arch)
  return isForHere !== true
}

function parsePackages(text) {
  try {
    return JSON.parse(text).packages
  } catch {
    return undefined
  }
}

/** Runs `npm ci` without scripts and shows that it is alive. */
async function install(root) {
  rmSync(stampPath(root), { force: true })
  const startedMs = Date.now()
  const what = existsSync(join(root, 'node_modules'))
    ? 'Refreshing packages, the lock file has changed'
    : 'Installing packages (about 740 MB, once)'
  const stopProgress = showProgress(what)
  const { code, output } = await npmCi(root).finally(stopProgress)
  if (code !== 0) {
    console.error(output.trimEnd().split('\n').slice(-tailLines).join('\n'))
    throw new Error(
      `npm ci ended with ${code}; the lines above say why. Once that is settled, start again: nothing half-installed will be used.`,
    )
  }
  writeStamp(root, hashOf(readText(join(root, 'package-lock.json'))))
  console.error(`Packages installed in ${seconds(startedMs)} s.`)
}

/** `npm ci` in `root`, through the npm that started us when there is one. Development packages come too, whatever NODE_ENV says. */
function npmCi(root) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error']
  const cli = process.env.npm_execpath
  const viaNode = cli !== undefined && basename(cli) === 'npm-cli.js' && existsSync(cli)
  const [command, all] = viaNode ? [process.execPath, [cli, ...args]] : ['npm', args]
  return new Promise((resolve, reject) => {
    const child = spawn(command, all, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const stop = () => child.kill('SIGTERM')
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    child.once('error', (error) => reject(new Error(`npm did not start (${error.message}). Install Node with its npm, then start again.`)))
    child.once('close', (code, signal) => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      resolve({ code: code ?? signal, output })
    })
  })
}

/**
 * Takes the one lock under which packages are installed, waiting while another start holds it.
 * @returns {Promise<() => void>} lets go
 */
async function takeLock(root) {
  const path = join(root, '.install-lock')
  let stopProgress
  try {
    while (!tryLock(path)) {
      stopProgress ??= showProgress('Another start is installing packages; waiting for it')
      if (isAbandoned(path)) breakLock(path)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  } finally {
    stopProgress?.()
  }
  const heartbeat = setInterval(() => touch(path), heartbeatMs)
  return () => {
    clearInterval(heartbeat)
    rmSync(path, { recursive: true, force: true })
  }
}

/** Creating a folder either happens here or fails: no two processes can both succeed. */
function tryLock(path) {
  try {
    mkdirSync(path)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(path, 'pid'), String(process.pid))
  return true
}

/** A lock whose process is gone, or that nobody has touched for long (a pid says nothing across containers). */
export function isAbandoned(path, nowMs = Date.now()) {
  try {
    if (nowMs - statSync(path).mtimeMs > staleLockMs) return true
    const pid = Number(readText(join(path, 'pid')))
    return pid > 0 && !isAlive(pid)
  } catch {
    return false // released between two looks
  }
}

/** One process at a time looks again and removes it, so that a lock taken afresh in between survives. */
function breakLock(path) {
  const breaking = `${path}-breaking`
  try {
    mkdirSync(breaking)
  } catch {
    if (isAbandoned(breaking)) rmSync(breaking, { recursive: true, force: true })
    return
  }
  if (isAbandoned(path)) rmSync(path, { recursive: true, force: true })
  rmSync(breaking, { recursive: true, force: true })
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function touch(path) {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // the folder is gone: so is the need to keep it fresh
  }
}

/** Prints what is going on, with the seconds it took so far, from the first second on; returns how to stop. */
function showProgress(what) {
  const startedMs = Date.now()
  const inPlace = process.stderr.isTTY === true
  if (!inPlace) console.error(`${what} ...`)
  const timer = setInterval(() => {
    const line = `${what}: ${seconds(startedMs)} s`
    process.stderr.write(inPlace ? `\r${line}` : `${line}\n`)
  }, progressEveryMs)
  return () => {
    clearInterval(timer)
    if (inPlace) process.stderr.write('\r\u001b[K')
  }
}

function seconds(sinceMs) {
  return Math.round((Date.now() - sinceMs) / 1_000)
}

function stampPath(root) {
  return join(root, 'node_modules', '.installed-lock-hash')
}

function writeStamp(root, hash) {
  writeFileSync(stampPath(root), hash)
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex')
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
