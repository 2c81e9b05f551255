// The import rule of docs/architecture.md: arrows go one way. A layer may import itself and the layers before it.
const LAYERS = [
  ['core'],
  ['platform'],
  ['queue', 'creators', 'channels'],
  ['engine'],
  ['tasks'],
  ['results'],
  ['workers', 'scheduler', 'agents'],
  ['content'],
  ['monitoring'],
  ['app', 'main.ts'],
];
const above = (i) => LAYERS.slice(i + 1).flat();
const path = (names) => `^src/(${names.map((n) => n.replace('.', '\\.')).join('|')})(/|$)`;

const oneWay = LAYERS.slice(0, -1).map((layer, i) => ({
  name: `layer-${layer.join('-')}`,
  severity: 'error',
  comment: `${layer.join(', ')} must not know ${above(i).join(', ')}`,
  from: { path: path(layer) },
  to: { path: path(above(i)) },
}));

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...oneWay,
    ...LAYERS.filter((layer) => layer.length > 1).map((layer) => ({
      name: `siblings-${layer.join('-')}`,
      severity: 'error',
      comment: 'modules of one layer do not import each other',
      from: { path: `^src/(${layer.join('|')})/` },
      to: { path: `^src/(${layer.join('|')})/`, pathNot: '^src/$1/' },
    })),
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core has no framework, database, file system or clock; the HTML table of character references is data',
      from: { path: '^src/core/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '^node_modules/entities/' },
    },
    {
      name: 'cli-is-a-client',
      severity: 'error',
      comment: 'the CLI talks HTTP; only serve, migrate, backup, restore and openapi load the application, lazily',
      from: { path: '^src/cli/' },
      to: { path: '^src/(platform|queue|creators|channels|engine|tasks|results|workers|scheduler|content|monitoring)/', dependencyTypesNot: ['dynamic-import'] },
    },
    { name: 'nobody-imports-the-cli', severity: 'error', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.spec\\.ts$', '\\.thread\\.ts$'] },
      to: {},
    },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};
