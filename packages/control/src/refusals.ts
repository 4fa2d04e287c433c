// What a caller may not, told all at once: each right that a statement lacks, not the first alone.

import { managedFormat, type Statement } from '@tributary/query'
import { type Caller, joined, ServiceError } from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import { requireUseOf } from './object-grants.ts'
import { relationsOf } from './relations.ts'
import { declaredSource } from './sources.ts'
import { type ColumnRights, requireDdlRight, requireOpening, requireSelect } from './sql-rights.ts'
import { isDdl, namesRead } from './statement-names.ts'

/** Gathers what is forbidden; every other error passes through. */
export class Refusals {
  readonly #gathered: ServiceError[] = []

  /** Asks for a right. @returns what the question answers, `undefined` where it is refused */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await question()
    } catch (error) {
      if (!(error instanceof ServiceError) || error.kind !== 'forbidden') throw error
      if (!this.#gathered.some(({ message }) => message === error.message)) this.#gathered.push(error)
      return undefined
    }
  }

  /** Whether anything was refused. */
  get any(): boolean {
    return this.#gathered.length > 0
  }

  /** @throws {ServiceError} `forbidden` with every refusal, in the order in which they came */
  throw(): void {
    const [first, ...others] = this.#gathered
    if (first === undefined) return
    if (others.length === 0) throw first
    const texts = this.#gathered.map(({ text }) => text)
    throw new ServiceError('forbidden', joined(texts, '; '), first.details)
  }
}

type Part = Pick<Repositories, 'databases' | 'tables' | 'objectGrants' | 'authInfos' | 'users' | 'projects'>

/**
 * Asks for every right of a statement. Auth-infos are looked at where something is refused already: otherwise whoever opens the source asks for them.
 * @returns tables of which some columns alone may be read
 * @throws {ServiceError} `semantic` for a table that is not there
 */
export async function askRights(from: Part, caller: Caller, statement: Statement, refusals: Refusals): Promise<readonly ColumnRights[]> {
  const asked = statement.kind === 'explain' ? statement.statement : statement
  const { uses } = await relationsOf(from, caller.project, namesRead(asked))
  const limited: ColumnRights[] = []
  for (const use of uses) limited.push(...((await refusals.ask(() => requireSelect(from, caller, use))) ?? []))
  if (isDdl(asked)) await refusals.ask(() => requireDdlRight(from, caller, asked))
  if (!refusals.any) return limited
  for (const use of uses) await refusals.ask(() => requireOpening(from, caller, use))
  if (asked.kind === 'createTable' && asked.using !== managedFormat)
    await refusals.ask(() => requireUseOf(from, caller, declaredSource(asked.table, asked).authInfoName))
  return limited
}
