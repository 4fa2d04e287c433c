// What is remembered: opens the database, brings its schema up to date, and runs transactions one after another.

import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, type KyselyPlugin } from 'kysely'
import { migrate, readMigrations } from './migrate.ts'
import { Repositories } from './repositories.ts'
import type { Schema } from './schema.ts'
import { Seal } from './seal.ts'
import { SqliteFile } from './sqlite.ts'

/** Where the database lies, and the key of its secrets. */
export interface StoreOptions {
  /** A file, made when missing, or `:memory:`. */
  readonly path: string
  /** 32 bytes, kept outside the database. */
  readonly sealingKey: Buffer
}

const inTransaction = new AsyncLocalStorage<true>()

/** One writer: a query on the store itself would wait for the transaction that asks it, for ever. Better a bug report than a server that hangs. */
const refuseInsideTransaction: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if (inTransaction.getStore() === true) throw new Error('a transaction uses its own repositories, not those of the store')
    return node
  },
  transformResult: async ({ result }) => result,
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

/** The repositories outside any transaction, each call on its own. Disposing it closes the database. */
export class Store extends Repositories implements AsyncDisposable {
  readonly #db: Kysely<Schema>
  readonly #seal: Seal

  private constructor(db: Kysely<Schema>, seal: Seal) {
    super(db.withPlugin(refuseInsideTransaction), seal)
    this.#db = db
    this.#seal = seal
  }

  /** @throws {Error} when the database has a newer schema than this code knows */
  static async open({ path, sealingKey }: StoreOptions): Promise<Store> {
    const seal = new Seal(sealingKey)
    const file = new SqliteFile(path)
    try {
      migrate(file, readMigrations())
    } catch (error) {
      file.close()
      throw error
    }
    const db = new Kysely<Schema>({ dialect: file.dialect() })
    // Kysely closes the file only after it has been used once.
    await db.selectFrom('installation').select('name').limit(1).execute()
    return new Store(db, seal)
  }

  /**
   * Runs `work` in a transaction; transactions follow each other. When this resolves, what was written is on disk. Long waits (hashing, sockets) belong
   * outside: nothing else is read or written meanwhile.
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    if (inTransaction.getStore() === true) throw new Error('a transaction cannot hold another')
    let committed: Transaction | undefined
    const result = await this.#db.transaction().execute((trx) => {
      const tx = new Transaction(trx, this.#seal)
      committed = tx
      return inTransaction.run(true, () => work(tx))
    })
    committed?.committed()
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.destroy()
  }
}
