// What counts as used: the doors of the rooms, the entries of scripts and tests; and the tools that are run by path instead of imported.

import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  workspaces: {
    '.': {
      // tests start the machine's own
      ignoreBinaries: ['terraform', 'strace', 'openssl', 'mount', 'umount', 'systemd-analyze', 'unshare', 'setpriv'],
      entry: [
        'tools/*.ts',
        // bundled into the package as its launcher
        'tools/launch-installed.mjs',
        'bin/tributary',
        'tests/**/{main,*.test}.ts',
        'tests/durability/{kill,make-installation}.ts',
        'tests/mutation/vitest.config.ts',
        'tests/tpc/write-tables.ts',
        'examples/**/main.ts',
      ],
      project: ['tools/**/*.{ts,mjs}', 'tests/**/*.ts', 'examples/**/*.ts'],
      ignoreDependencies: [
        // tools/check.ts and tools/check-imports.ts start these by path
        '@biomejs/biome',
        'dependency-cruiser',
        'oxlint',
        // reads types for oxlint --type-aware
        'oxlint-tsgolint',
        // npm run mutants starts it by path, and it its runner by name
        '@stryker-mutator/core',
        '@stryker-mutator/vitest-runner',
      ],
    },
    // tests of TLS make a certificate with the machine's own
    'packages/query': {
      entry: ['src/main.ts', 'src/**/*.test.ts', 'src/engines/duckdb/*-thread.ts', 'src/engines/duckdb/child.ts'],
      ignoreBinaries: ['openssl'],
      project: ['src/**/*.ts'],
    },
    'packages/fabric': { entry: ['src/**/*.test.ts'], ignoreBinaries: ['openssl'], project: ['src/**/*.ts'] },
    'packages/*': { entry: ['src/main.ts', 'src/**/*.test.ts'], project: ['src/**/*.ts'] },
  },
  ignoreExportsUsedInFile: true,
}

export default config
