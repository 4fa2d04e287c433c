// Who may import whom; what is not listed is closed. Run by tools/check-imports.ts, which is red when it looked at nothing.

const mayImport = {
  rules: [],
  contract: [],
  cli: ['contract/'],
  console: ['contract/'],
  store: ['rules/'],
  fabric: ['rules/'],
  query: ['rules/', 'fabric/src/dial.ts', 'fabric/src/secure.ts', 'fabric/src/through-door.ts'],
  control: ['rules/', 'store/', 'fabric/', 'query/'],
  server: ['contract/', 'rules/', 'store/', 'fabric/', 'query/', 'control/'],
}

const rule = (name, from, to) => ({ name, severity: 'error', comment: 'See ARCHITECTURE.md, who may import whom', from, to })
const tests = '([.]test|/sample-[^/]+)[.]ts$'

export default {
  forbidden: [
    ...Object.entries(mayImport).map(([room, open]) =>
      rule(
        `${room}-imports`,
        { path: `^packages/${room}/` },
        { path: '^packages/', pathNot: [`${room}/`, ...open].map((path) => `^packages/${path}`) },
      ),
    ),
    rule('routes-call-use-cases', { path: '^packages/server/src/http/', pathNot: tests }, { path: '^packages/(store|fabric|query)/' }),
    rule(
      'sockets-live-in-fabric',
      { path: '^packages/', pathNot: ['^packages/fabric/', tests] },
      { path: '^(node:)?(net|tls|dns|dgram)(/|$)' },
    ),
    rule('rules-are-pure', { path: '^packages/rules/', pathNot: tests }, { path: '^(?!packages/rules/)' }),
    rule(
      'doors-only',
      { path: '^packages/([^/]+)/' },
      {
        path: '^packages/[^/]+/',
        pathNot: ['^packages/$1/', '^packages/[^/]+/src/(index|dial|secure|through-door|child|main|sample-[^/]+)[.]ts$'],
      },
    ),
    rule('samples-are-for-tests', { path: '^packages/', pathNot: [tests, '-suite[.]ts$'] }, { path: '/sample-[^/]+[.]ts$' }),
    rule('no-cycles', {}, { circular: true }),
    rule('resolvable', { path: '^packages/' }, { couldNotResolve: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}
