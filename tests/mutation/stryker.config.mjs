// Mutation testing of the rules and of route choice: each operator, condition and literal is broken in turn, and some test must notice.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} Tool configuration; the tool demands a default export. */
export default {
  mutate: [
    'packages/rules/src/**/*.ts',
    '!packages/rules/src/**/*.test.ts',
    '!packages/rules/src/sample-*.ts',
    '!packages/rules/src/index.ts',
  ],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: true },
  // The tool reads a tsconfig through TypeScript's JavaScript interface, which TypeScript 7 does not have: name one that is not there.
  tsconfigFile: 'none.json',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  tempDirName: '.mutation',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'node_modules/.mutation-report.json' },
  thresholds: { high: 95, low: 90, break: 85 },
  ignoreStatic: true,
}
