// Sets the stage for the published pages (a server and a PostgreSQL), plays them, and clears it again.

import { startPostgres } from '../../servers/postgres.ts'
import { sampleAccount, startTributary } from '../../servers/tributary.ts'
import { Caller, type ClassicReport, type Exchange, prepare, replay, type Source, useClassicConnection } from './replay.ts'

/** What was exchanged, for a report or for assertions. */
export interface SeedsReport {
  readonly exchanges: readonly Exchange[]
  readonly classic: ClassicReport
}

/** Plays all pages once. @throws {Error} at the first answer that is not the printed one */
export async function playSeeds(): Promise<SeedsReport> {
  await using postgres = await startPostgres({
    databases: {
      site: `create table public.visits (page text, hits int); insert into public.visits values ('/a', 2), ('/b', 3), ('/a', 5)`,
    },
  })
  await using server = await startTributary()
  const { projectId } = sampleAccount
  const caller = new Caller(server.endpoint, sampleAccount)
  const source: Source = { port: postgres.port, user: postgres.user, password: postgres.password, database: 'site' }
  await prepare(caller, projectId, source)
  const exchanges = await replay(caller, projectId)
  return { exchanges, classic: await useClassicConnection(caller, projectId, source) }
}
