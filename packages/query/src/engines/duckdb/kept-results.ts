// Results of ended jobs in the hands of a child: lent for one reading, and taken back.

import type { AskOptions, EngineProcess } from './engine-process.ts'
import type { ParquetShape } from '../../files/parquet-columns.ts'
import type { Exported, ExportRequest, PageRequest, ShapesRequest } from './messages.ts'

/** Reads rows of a result. @returns JSON text as a preview has it */
export async function pageIn(process: EngineProcess, request: PageRequest, options: AskOptions): Promise<string> {
  return (await askOf(process, request, options)) as string
}

/** Writes a result into a file, which is in the request's directory when this resolves. */
export async function exportIn(process: EngineProcess, request: ExportRequest, options: AskOptions): Promise<Exported> {
  const { berth } = process
  const directory = berth.openJob()
  try {
    const exported = await askOf(process, { ...request, directory }, options)
    await berth.handOver(directory, request.directory)
    return exported as Exported
  } finally {
    await berth.closeJob(directory)
  }
}

/** Looks at files, which are lent to the child meanwhile. */
export async function shapesIn(process: EngineProcess, request: ShapesRequest, options: AskOptions): Promise<readonly ParquetShape[]> {
  const lent = await process.berth.lend(request.files.map(({ path }) => path))
  try {
    const files = request.files.map(({ name }, index) => ({ name, path: lent.paths[index] ?? '' }))
    return (await process.ask({ ...request, files }, options)) as readonly ParquetShape[]
  } finally {
    await lent.takeBack()
  }
}

async function askOf(process: EngineProcess, request: PageRequest | ExportRequest, options: AskOptions): Promise<unknown> {
  const lent = await process.berth.lend([request.path])
  try {
    const [path = ''] = lent.paths
    return await process.ask({ ...request, path }, options)
  } finally {
    await lent.takeBack()
  }
}
