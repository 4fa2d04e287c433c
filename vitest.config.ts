// How tests run: every *.test.ts beside its file and under tests/, real servers on ports of their own, thirty seconds each at most.

import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tool configuration; vitest demands a default export. */
export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/bench/**'],
    pool: 'forks',
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
