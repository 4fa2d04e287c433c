// What is remembered: opens the database, brings its schema up to date, and runs transactions one after another.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Soon } from '@tributary/rules'
import { AuditedCommits } from './act.ts'
import { Database } from './database.ts'
import { DiskWatch } from './disk-watch.ts'
import { GroupCommit } from './group-commit.ts'
import { watchIdentities } from './identity-version.ts'
import { migrate, readMigrations } from './migrate.ts'
import { watchNetworks } from './network-version.ts'
import { Repositories } from './repositories.ts'
import { Seal } from './seal.ts'
import { type ChangeCounter, SqliteFile } from './sqlite.ts'
import { runInside, runOutside } from './sqlite-dialect.ts'
import { timeCommits } from './timed-commits.ts'

/** Where the database lies, and the key of its secrets. */
export interface StoreOptions {
  /** A file, made when missing, or `:memory:`. */
  readonly path: string
  /** 32 bytes, kept outside the database. */
  readonly sealingKey: Buffer
  /** Hears how many seconds each commit took, sync included; must not throw. */
  readonly onCommit?: (seconds: number) => void
}

/** The repositories inside one transaction. */
export class Transaction extends Repositories {
  readonly #afterCommit: (() => void)[] = []

  /** Runs `action` once the transaction is on disk; never when it is rolled back. It must not throw. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action)
  }

  /** For the store alone. */
  committed(): void {
    for (const action of this.#afterCommit) action()
  }
}

/** Whose turn it is. What a transaction starts and does not wait for finds its turn over. */
class Turns {
  readonly #contexts = new AsyncLocalStorage<Transaction>()
  #current: Transaction | undefined

  isInside(): boolean {
    return this.#current !== undefined && this.#contexts.getStore() === this.#current
  }

  async take<Result>(tx: Transaction, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    this.#current = tx
    try {
      return await this.#contexts.run(tx, () => work(tx))
    } finally {
      this.#current = undefined
    }
  }

  readonly checkInside = (): void => {
    if (!this.isInside()) throw new Error('a transaction that is over asks nothing more')
  }

  /** A write on the store itself would wait for the transaction that asks it, for ever; a read would not see what that has written. */
  readonly checkOutside = (): void => {
    if (this.isInside()) throw new Error('a transaction uses its own repositories, not those of the store')
  }
}

/** What a store is made of: its files, and the two ways to them. */
interface Parts {
  readonly files: readonly SqliteFile[]
  readonly groups: GroupCommit
  readonly disk: DiskWatch
  readonly commits: AuditedCommits
  readonly turns: Turns
  readonly inside: Database
  readonly outside: Database
  readonly identities: ChangeCounter
  readonly networks: ChangeCounter
  readonly seal: Seal
}

/** The repositories outside any transaction, each call on its own. Disposing it waits for what is under way and closes the database. */
export class Store extends Repositories implements AsyncDisposable {
  readonly #parts: Parts

  private constructor(parts: Parts) {
    super(parts.outside, parts.seal)
    this.#parts = parts
  }

  /** @throws {Error} when the database has a newer schema than this code knows */
  static async open({ path, sealingKey, onCommit = () => {} }: StoreOptions): Promise<Store> {
    const seal = new Seal(sealingKey)
    const writer = new SqliteFile(path)
    try {
      migrate(writer, readMigrations())
      return new Store({ ...connect(writer, path, onCommit), seal })
    } catch (error) {
      writer.close()
      throw error
    }
  }

  /**
   * Runs `work` in a transaction; transactions follow each other, and those that come together share one sync. When this resolves, what was written is
   * on disk; a read on the store itself sees nothing of it before. Long waits (hashing, sockets) belong outside: nothing else is written meanwhile.
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const { commits, turns, inside, seal } = this.#parts
    if (turns.isInside()) throw new Error('a transaction cannot hold another')
    const tx = new Transaction(inside, seal)
    const result = await commits.run(() => turns.take(tx, work))
    tx.committed()
    return result
  }

  /** Whether writes find room: asked of the disk only after one has failed. @throws {ServiceError} `unavailable` with the reason */
  checkWritable(): Soon<void> {
    return this.#parts.disk.check()
  }

  /**
   * Another number than before as soon as a user, role, project, token or key that is there has changed: what was read of them under one number holds
   * for as long as this is that number.
   */
  get identityVersion(): number {
    return this.#parts.identities.version
  }

  /** Another number than before as soon as anything has changed that the network of any queue is made of. */
  get networkVersion(): number {
    return this.#parts.networks.version
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { groups, files, inside, outside } = this.#parts
    await groups.idle()
    await Promise.all([inside.destroy(), outside.destroy()])
    for (const file of files) file.close()
  }
}

/** What is committed is seen by every read that begins after it, also in the same turn of the event loop. */
function runAlone(writer: SqliteFile, reader: SqliteFile | undefined, script: string): void {
  reader?.release()
  writer.run(script)
}

function connect(writer: SqliteFile, path: string, onCommit: (seconds: number) => void): Omit<Parts, 'seal'> {
  // A database in memory is its connection's own, and has nothing to sync.
  const reader = path === ':memory:' ? undefined : new SqliteFile(path)
  reader?.run('pragma query_only = on')
  // 16 MB: a page that is written again and again meanwhile is copied into the database once.
  writer.run('pragma wal_autocheckpoint = 4000')
  const turns = new Turns()
  const file = timeCommits({ run: (script) => runAlone(writer, reader, script) }, onCommit)
  const groups = new GroupCommit(file, reader !== undefined)
  const disk = new DiskWatch(groups, writer, `${path}.probe`)
  const commits = new AuditedCommits(disk, writer)
  return {
    files: reader === undefined ? [writer] : [reader, writer],
    groups,
    disk,
    commits,
    turns,
    inside: new Database(runInside(writer, turns.checkInside)),
    outside: new Database(runOutside(writer, reader, commits, turns.checkOutside)),
    identities: watchIdentities(writer),
    networks: watchNetworks(writer),
  }
}
