// The rows of a result that a preview does not show, page by page as they are asked for: no more than a page is held.

import type { Session } from './session.ts'

/** The most that a page may have. */
const pageSize = 100

/** Cells of one row. */
export type ResultRow = readonly unknown[]

/** The first page of a finished query's result, and how many rows there are in all. */
export async function firstPage(
  session: Session,
  jobId: string,
): Promise<{ readonly schema: readonly object[]; readonly rows: readonly ResultRow[]; readonly total: number }> {
  const { schema, rows, row_count: total } = await readPage(session, jobId, 1)
  return { schema, rows, total }
}

/**
 * Reads the rows of a finished query that follow the first ones.
 * @param skipped - how many first rows are left out, whole pages of 100
 */
export async function* rowsAfter(session: Session, jobId: string, skipped: number): AsyncIterable<readonly ResultRow[]> {
  for (let page = Math.floor(skipped / pageSize) + 1; ; page += 1) {
    const { rows, row_count: total } = await readPage(session, jobId, page)
    if (rows.length > 0) yield rows
    if (rows.length < pageSize || page * pageSize >= total) return
  }
}

function readPage({ client, projectId }: Session, jobId: string, page: number) {
  return client.getResultPage({
    params: { project_id: projectId, job_id: jobId },
    query: { 'page-size': pageSize, 'current-page': page },
  })
}
