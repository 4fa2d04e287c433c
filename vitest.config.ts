// How tests run: every *.test.ts beside its file and under tests/, real servers on ports of their own, thirty seconds each at most.

import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Files that count what their process holds, run engines in it or start whole servers get one that nobody used before: no other file's sockets, libraries or
 * late failures are taken for theirs.
 */
const alone = ['packages/fabric/**/*.test.ts', 'packages/query/**/*.test.ts', 'tests/**/*.test.ts']

const exclude = ['**/node_modules/**', 'tests/bench/**']

/** Tool configuration; vitest demands a default export. */
export default defineConfig({
  test: {
    projects: [
      // A process for each of hundreds of small files would cost more than their tests.
      { extends: true, test: { name: 'rooms', include: ['packages/**/*.test.ts'], exclude: [...exclude, ...alone], isolate: false } },
      { extends: true, test: { name: 'alone', include: alone, exclude } },
    ],
    pool: 'forks',
    globalSetup: 'tests/servers/scratch.ts',
    // Most of a test's time is spent waiting for servers, so that two share even two processors well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // A test left focused by mistake must not hide the others.
    allowOnly: false,
    passWithNoTests: false,
  },
})
