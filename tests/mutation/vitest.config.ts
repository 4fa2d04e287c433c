// The tests that a mutant of a rule must not survive: those of the room itself.

import { defineConfig } from 'vitest/config'

/** Tool configuration; vitest demands a default export. */
export default defineConfig({ test: { include: ['packages/rules/**/*.test.ts'], testTimeout: 30_000, isolate: false, pool: 'threads' } })
