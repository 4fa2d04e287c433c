// Who acts: told once around a use case, seen by every commit that the use case makes, so that what it changes and the row that tells of it stand or fall together.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditEntry } from '@tributary/rules'
import { Audit } from './audit.ts'
import { Database } from './database.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteFile } from './sqlite.ts'
import { runInside } from './sqlite-dialect.ts'

interface Act {
  readonly entry: AuditEntry
  /** Told of already, or over: what it has woken acts for nobody. */
  isTold: boolean
}

const acts = new AsyncLocalStorage<Act>()

/** Runs a use case as somebody's act: the first commit in it that changes anything brings this entry along. */
export async function asAct<Result>(entry: AuditEntry, work: () => Promise<Result> | Result): Promise<Result> {
  const act: Act = { entry, isTold: false }
  try {
    return await acts.run(act, async () => work())
  } finally {
    act.isTold = true
  }
}

/** Commits that tell of the acts they belong to. */
export class AuditedCommits implements Pick<GroupCommit, 'run'> {
  readonly #groups: Pick<GroupCommit, 'run'>
  readonly #file: SqliteFile
  readonly #audit: Audit

  constructor(groups: Pick<GroupCommit, 'run'>, file: SqliteFile) {
    this.#groups = groups
    this.#file = file
    this.#audit = new Audit(new Database(runInside(file, () => {})))
  }

  /** As {@link GroupCommit.run}. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const act = acts.getStore()
    return act === undefined || act.isTold ? this.#groups.run(work) : this.#runToldOf(act, work)
  }

  /** What was rolled back tells nothing, so the next commit of the act tells it. */
  async #runToldOf<Result>(act: Act, work: () => Promise<Result>): Promise<Result> {
    let isTelling = false
    const result = await this.#groups.run(async () => {
      const before = this.#file.totalChanges
      const done = await work()
      isTelling = !act.isTold && this.#file.totalChanges !== before
      if (isTelling) await this.#audit.insert(act.entry)
      return done
    })
    if (isTelling) act.isTold = true
    return result
  }
}
