// One run in the hands of a child: files that it reads are lent to it, what it leaves is taken over.

import type { AskOptions, EngineProcess } from './engine-process.ts'
import type { Ran, RunRequest } from './messages.ts'
import { smallResultBytes } from './result-size.ts'

/** What a run is told besides. */
export interface RunInOptions extends AskOptions {
  /** Called as soon as the child has been asked; must not throw. */
  readonly onAsked?: (() => void) | undefined
}

/** The child writes where it may; what it leaves is moved to where the job's files are kept, and what it reads is lent to it. */
export async function runIn(process: EngineProcess, request: RunRequest, options: RunInOptions): Promise<Ran> {
  const { berth } = process
  const directory = berth.openJob()
  const { managed = [], imported } = request
  const paths = [...managed, ...(imported === undefined ? [] : [imported.settings])].flatMap(({ files }) => files.map(({ path }) => path))
  const lent = await berth.lend(paths)
  const shown = new Map(paths.map((path, index) => [path, lent.paths[index] ?? path]))
  const withShown = <Files extends { readonly files: readonly { readonly path: string }[] }>(of: Files): Files => ({
    ...of,
    files: of.files.map((file) => ({ ...file, path: shown.get(file.path) ?? file.path })),
  })
  const lentFiles = imported && { ...imported, settings: withShown(imported.settings) }
  try {
    const running = process.ask({ ...request, managed: managed.map(withShown), imported: lentFiles, directory }, options)
    options.onAsked?.()
    const ran = await running
    const isResult = request.write === undefined && request.target === undefined
    const small = await berth.handOver(directory, request.directory, isResult ? smallResultBytes : 0)
    return { ...(ran as Ran), small }
  } finally {
    // Nobody waits for that: the next job has a directory of its own, and a file that it reads is taken back first and then lent again.
    void Promise.allSettled([lent.takeBack(), berth.closeJob(directory)])
  }
}
