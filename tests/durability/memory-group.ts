// A bound on the memory of a process and its children, as the system holds it: whoever needs more is ended by it.

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where version 1 of the control groups of memory lies, which some systems let root write. */
const root = '/sys/fs/cgroup/memory'
let made = 0

/** Why there is none here; empty where there is. */
export function whyNoMemoryGroup(): string {
  if (process.platform !== 'linux') return 'control groups are on Linux alone'
  try {
    new MemoryGroup(64)[Symbol.dispose]()
    return ''
  } catch {
    return 'the control groups of memory, version 1, cannot be written'
  }
}

/** A control group of our own. Disposing it takes it away; its processes must have ended. */
export class MemoryGroup implements Disposable {
  readonly #path: string

  /** @throws {Error} where the system lets nobody make one */
  constructor(megabytes: number) {
    this.#path = join(root, `tributary-test-${process.pid}-${++made}`)
    mkdirSync(this.#path)
    writeFileSync(join(this.#path, 'memory.limit_in_bytes'), String(megabytes * 2 ** 20))
  }

  /** A command that joins the group and becomes what follows it. */
  get under(): readonly string[] {
    return ['/bin/sh', '-c', `echo $$ > ${join(this.#path, 'cgroup.procs')} && exec "$@"`, 'sh']
  }

  /** Puts a process that runs already under the bound: what it takes from now on counts. */
  admit(pid: number): void {
    writeFileSync(join(this.#path, 'cgroup.procs'), String(pid))
  }

  /** The processes in it. */
  members(): readonly number[] {
    return readFileSync(join(this.#path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  }

  /** The most that was in use at once. */
  mostBytes(): number {
    return Number(readFileSync(join(this.#path, 'memory.max_usage_in_bytes'), 'utf8'))
  }

  [Symbol.dispose](): void {
    rmdirSync(this.#path)
  }
}
