// Tells how long commits take, sync included: the time that every answered write waits for the disk.

import type { Committed } from './group-commit.ts'

/** The same file, whose commits that succeed are told of. @param onCommit - hears seconds; must not throw */
export function timeCommits(file: Committed, onCommit: (seconds: number) => void): Committed {
  return {
    run: (script) => {
      const startedAt = performance.now()
      file.run(script)
      if (script === 'commit') onCommit((performance.now() - startedAt) / 1000)
    },
  }
}
