// What holds an engine child in, as far as this machine has it: a user of its own, no network of its own, Node's permission model, limits.

import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What children are to be held in by. */
export interface ConfinementOptions {
  readonly nodePath: string
  /** What a child runs. */
  readonly script: string
  /** Children's own directories lie in it; it lies in the data directory. */
  readonly scratchDirectory: string
  /** First of {@link mostUsers} user ids, one for each child; 0 leaves children to the server's own user. */
  readonly firstUser: number
  /** Whether children are to have no network but the streams that the server hands them. */
  readonly ownNetwork: boolean
  /** False where the paths of their doors would be too long for the system. */
  readonly isDoorPossible: boolean
  /** The largest file that a child may write. */
  readonly fileBytes: number
}

/** User ids that are given to children: more than run at once. */
export const mostUsers = 478

/** How children are started here. Made once per server; looks at the machine with two short commands. */
export class Confinement {
  /** The group of every child, which may pass through the data directory and read nothing there; absent where children have no own users. */
  readonly group: number | undefined
  /** Whether a child reaches nothing but what the server dials for it. */
  readonly ownNetwork: boolean
  /** What was asked for and is not there, and why: sentences for the log. */
  readonly lacks: readonly string[]
  readonly #options: ConfinementOptions
  /** Counted from the first. */
  readonly #taken = new Set<number>()
  #lastUser = -1
  readonly #reads: readonly string[]
  readonly #wrapper: readonly string[]

  constructor(options: ConfinementOptions) {
    this.#options = options
    this.#reads = codeDirectories(options.script)
    mkdirSync(options.scratchDirectory, { recursive: true, mode: 0o700 })
    const lacks = new Set<string>()
    const setpriv = ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL']
    const hasSetpriv = works([...setpriv, 'true'])
    if (!hasSetpriv)
      lacks.add(
        'setpriv of util-linux is missing or refused here: children run as the user of the server and may gain rights by setuid programs',
      )
    this.group = hasSetpriv ? findGroup(options, this.#reads, lacks) : undefined
    const alone = isRoot() ? ['unshare', '--net'] : ['unshare', '--user', '--map-current-user', '--net']
    this.ownNetwork = options.ownNetwork && options.isDoorPossible && hasSetpriv && works([...alone, 'true'])
    if (options.ownNetwork && !options.isDoorPossible)
      lacks.add('the path of the data directory is too long for a socket file: children dial by themselves')
    else if (options.ownNetwork && !this.ownNetwork) lacks.add('unshare --net is refused here: children dial by themselves')
    this.#wrapper = [...(this.ownNetwork ? alone : []), ...(hasSetpriv ? setpriv : [])]
    this.lacks = [...lacks]
  }

  /** Whether {@link takeUser} has one to give. */
  get hasFreeUser(): boolean {
    return this.#taken.size < mostUsers
  }

  /** A user id that no child has, and none had lately; `undefined` where children run as the server's user. @throws {Error} when all are taken */
  takeUser(): number | undefined {
    if (this.group === undefined) return undefined
    if (!this.hasFreeUser) throw new Error(`all ${mostUsers} users of engine children are taken`)
    do this.#lastUser = (this.#lastUser + 1) % mostUsers
    while (this.#taken.has(this.#lastUser))
    this.#taken.add(this.#lastUser)
    return this.#options.firstUser + this.#lastUser
  }

  releaseUser(id: number | undefined): void {
    if (id !== undefined) this.#taken.delete(id - this.#options.firstUser)
  }

  /**
   * The program and its arguments that become the child. Memory may hold a password, so no core is dumped; when the machine is out of memory, the
   * child goes before the server.
   */
  command({ user, directory, cacheDirectory }: { user: number | undefined; directory: string; cacheDirectory: string }): {
    readonly file: string
    readonly args: readonly string[]
  } {
    const { nodePath, script, fileBytes } = this.#options
    const blocks = Math.ceil(fileBytes / 512)
    const limits = `ulimit -c 0; ulimit -f ${blocks}; { echo 800 > /proc/self/oom_score_adj; } 2> /dev/null; exec "$0" "$@"`
    const identity =
      user === undefined
        ? []
        : ['--reuid', `${user}`, '--regid', `${this.group}`, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all']
    const permissions = [
      '--permission',
      '--allow-worker',
      '--allow-addons',
      // Where Node can deny sockets, the child is allowed them: it is the kernel that decides here, or fabric/dial.
      ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
      ...[...this.#reads, directory, cacheDirectory].map((path) => `--allow-fs-read=${path}/`),
      ...[directory, cacheDirectory].map((path) => `--allow-fs-write=${path}/`),
    ]
    const node = [nodePath, '--disable-warning=ExperimentalWarning', '--disable-warning=SecurityWarning', ...permissions, script]
    const [file, ...args] = ['/bin/sh', '-c', limits, ...this.#wrapper, ...identity, ...node] as [string, ...string[]]
    return { file, args }
  }
}

/** Own users need root, the tool that changes to them, and a way to the code and the scratch directory that others may walk. */
function findGroup(
  { firstUser, nodePath, scratchDirectory }: ConfinementOptions,
  reads: readonly string[],
  lacks: Set<string>,
): number | undefined {
  if (firstUser === 0 || !isRoot()) return undefined
  if (!works(['setpriv', '--reuid', `${firstUser}`, '--regid', `${firstUser}`, '--clear-groups', 'true'])) {
    lacks.add(`user ${firstUser} cannot be taken on here: children run as the server's user`)
    return undefined
  }
  const dataDirectory = dirname(scratchDirectory)
  for (const directory of [dataDirectory, scratchDirectory]) openWay(directory, firstUser)
  closeToOthers(dataDirectory)
  const closed = [realpathSync(nodePath), ...reads, scratchDirectory].map((path) => closedLevel(path, firstUser)).find(Boolean)
  if (closed === undefined) return firstUser
  lacks.add(`${closed} lets no other user through: children run as the server's user`)
  return undefined
}

/** Lets a group pass through a directory of ours, and see nothing of it. */
function openWay(directory: string, group: number): void {
  const { mode, gid, uid } = statSync(directory)
  // What its owner has opened to some group is the owner's business.
  if (uid !== process.getuid?.() || (mode & 0o001) !== 0 || (gid !== group && (mode & 0o070) !== 0)) return
  chownSync(directory, -1, group)
  chmodSync(directory, (mode & 0o700) | 0o010)
}

/** What lies beside the scratch directory is the server's alone, whatever mask it was once made under; a directory of everybody's is left as it is. */
function closeToOthers(directory: string): void {
  if ((statSync(directory).mode & 0o002) !== 0) return
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    const { mode, uid } = lstatSync(path)
    if ((mode & 0o007) !== 0 && uid === process.getuid?.() && (mode & constants.S_IFMT) !== constants.S_IFLNK) chmodSync(path, mode & 0o770)
  }
}

/** @returns what on the way to `path` the group cannot pass through, if there is anything */
function closedLevel(path: string, group: number): string | undefined {
  for (let level = path; ; level = dirname(level)) {
    const { mode, gid } = statSync(level)
    if ((mode & 0o001) === 0 && !(gid === group && (mode & 0o010) !== 0)) return level
    if (dirname(level) === level) return undefined
  }
}

/** What a child's code is read from: its own package, those of this project that it uses, and what is installed for them. */
function codeDirectories(script: string): readonly string[] {
  const found = new Set<string>()
  for (let level = dirname(realpathSync(script)); dirname(level) !== level; level = dirname(level)) {
    if (found.size === 0 && existsSync(join(level, 'package.json'))) found.add(level)
    const modules = join(level, 'node_modules')
    if (!existsSync(modules)) continue
    // Node looks at where links lead.
    found.add(modules).add(realpathSync(modules))
    const rooms = join(modules, '@tributary')
    for (const room of existsSync(rooms) ? readdirSync(rooms) : []) found.add(realpathSync(join(rooms, room)))
  }
  return [...found]
}

/** Tries a command as children are started: from a shell without an environment. */
function works(command: readonly string[]): boolean {
  return spawnSync('/bin/sh', ['-c', 'exec "$0" "$@"', ...command], { stdio: 'ignore', timeout: 5_000, env: {} }).status === 0
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
