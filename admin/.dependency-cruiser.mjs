/** What every part may import: texts, preferences, search parameters. */
const BASE = '^admin/src/(i18n/|app/(preferences|search-params)\\.ts$)';
const layer = (...names) => `^admin/src/(${names.join('|')})(/|\\.)`;

/** Arrows go one way: live, api and base ← ui ← session ← features ← pages ← app. */
const ABOVE = {
  api: ['ui', 'session', 'features', 'app'],
  live: ['ui', 'session', 'features', 'pages', 'app'],
  ui: ['session', 'features', 'pages', 'app'],
  session: ['features', 'pages', 'app'],
  features: ['pages', 'app'],
  pages: ['app'],
};

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['dynamic-import', 'type-only'] } },
    ...Object.entries(ABOVE).map(([name, above]) => ({
      name: `admin-${name}`,
      severity: 'error',
      comment: `${name} must not import ${above.join(', ')}`,
      from: { path: layer(name) },
      to: { path: layer(...above), pathNot: [BASE, '\\.svg$', '^admin/src/app/nav\\.ts$'] },
    })),
    {
      name: 'admin-is-a-client',
      severity: 'error',
      comment: 'the admin pages know the HTTP API only',
      from: { path: '^admin/' },
      to: { path: '^(src|test|scripts)/' },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['\\.spec\\.ts$', '\\.d\\.ts$'] }, to: {} },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'admin/tsconfig.json' },
    doNotFollow: { path: 'node_modules|api/schema' },
    exclude: { path: '\\.css$' },
  },
};
