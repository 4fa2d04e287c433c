// What counts as used: the doors of the rooms, the entries of scripts and tests; and the tools that are run by path instead of imported.

import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  workspaces: {
    '.': {
      // the compatibility runner starts the machine's own
      ignoreBinaries: ['terraform'],
      entry: ['tools/*.ts', 'bin/tributary', 'tests/**/{main,*.test}.ts', 'examples/**/main.ts'],
      project: ['tools/**/*.{ts,mjs}', 'tests/**/*.ts', 'examples/**/*.ts'],
      ignoreDependencies: [
        // tools/check.ts and tools/check-imports.ts start these by path
        '@biomejs/biome',
        'dependency-cruiser',
        'oxlint',
        // reads types for oxlint --type-aware
        'oxlint-tsgolint',
        // dependency-cruiser sees no TypeScript without it
        '@swc/core',
      ],
    },
    // tests of TLS make a certificate with the machine's own
    'packages/query': {
      entry: ['src/main.ts', 'src/**/*.test.ts', 'src/engines/duckdb/*-thread.ts', 'src/engines/duckdb/child.ts'],
      ignoreBinaries: ['openssl'],
      project: ['src/**/*.ts'],
    },
    'packages/*': { entry: ['src/main.ts', 'src/**/*.test.ts'], project: ['src/**/*.ts'] },
  },
  ignoreExportsUsedInFile: true,
}

export default config
