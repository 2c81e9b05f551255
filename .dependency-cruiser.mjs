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
  ['alerts'],
  ['app'],
  ['main.ts'],
];
/**
 * The folders of a layer, in their order. A folder may import itself and the folders before it. `base` is the files beside the
 * folders, and `modules` the module files, which compose the layer.
 */
const FOLDERS = {
  engine: [
    ['base'],
    ['batches', 'bulk', 'logs', 'queues', 'inspection'],
    ['dispatch', 'recovery'],
    ['leases'],
    ['maintenance'],
    ['modules'],
  ],
  tasks: [['definitions'], ['declared', 'limits'], ['service'], ['logs'], ['executions'], ['batches', 'bulk'], ['retention', 'queues'], ['dispatch'], ['modules']],
  workers: [['attempts'], ['isolation'], ['runner'], ['child'], ['sources'], ['pool'], ['modules']],
};
const names = (all) => all.map((name) => name.replace('.', '\\.')).join('|');
const inLayer = (layers) => `^src/(${names(layers.flat())})(/|$)`;
const IN_ROOM = { base: '(?!.*\\.module\\.ts$)[^/]+$', modules: '[^/]+\\.module\\.ts$' };
const inFolders = (layer) => (folders) =>
  `^src/${layer}/(${folders
    .flat()
    .map((name) => IN_ROOM[name] ?? `${name}/`)
    .join('|')})`;

/** A rule for each group of `order`: it imports no later group, and the members of one group do not import each other. */
const oneWay = (name, order, pathOf) => [
  ...order.slice(0, -1).map((group, i) => ({
    name: `${name}-${group.join('-')}`,
    severity: 'error',
    comment: `${group.join(', ')} must not import ${order
      .slice(i + 1)
      .flat()
      .join(', ')}`,
    from: { path: pathOf([group]) },
    to: { path: pathOf(order.slice(i + 1)) },
  })),
  ...order
    .filter((group) => group.length > 1)
    .flatMap((group) =>
      group.map((member) => ({
        name: `${name}-siblings-${member}`,
        severity: 'error',
        comment: `${group.join(', ')} must not import each other`,
        from: { path: pathOf([member]) },
        to: { path: pathOf(group.filter((other) => other !== member)) },
      })),
    ),
];

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...oneWay('layer', LAYERS, inLayer),
    ...Object.entries(FOLDERS).flatMap(([layer, order]) => [
      ...oneWay(layer, order, inFolders(layer)),
      {
        name: `${layer}-unlisted-folder`,
        severity: 'error',
        comment: 'add the folder to FOLDERS in .dependency-cruiser.mjs',
        from: { path: `^src/${layer}/`, pathNot: inFolders(layer)(order) },
        to: {},
      },
    ]),
    {
      name: 'no-foreign-storage',
      severity: 'error',
      comment: 'statements, repositories and entities are private to their layer; other layers call its services, stores and readers',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/.*\\.(repository|entity|sql)\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core has no framework, database, file system or clock; only pure libraries: character references, the search for many words, text comparison, times of a time zone, cron in words',
      from: { path: '^src/core/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '^node_modules/(entities|modern-ahocorasick|diff|croner|cronstrue)/' },
    },
    {
      name: 'tracing-sdk-is-lazy',
      severity: 'error',
      comment: 'without a collector no process loads the SDK of OpenTelemetry: only otel-backend.ts imports it, and it is imported dynamically',
      from: { path: '^src/', pathNot: '^src/platform/telemetry/tracing/otel-backend\\.ts$' },
      to: { path: '^node_modules/@opentelemetry/' },
    },
    {
      name: 'tracing-backend-is-lazy',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '/otel-backend\\.ts$', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'cli-is-a-client',
      severity: 'error',
      comment: 'the CLI talks HTTP; only serve, migrate, backup, restore, verify and openapi load the application, lazily',
      from: { path: '^src/cli/' },
      to: { path: '^src/(platform|queue|creators|channels|engine|tasks|results|workers|scheduler|content|monitoring|alerts)/', dependencyTypesNot: ['dynamic-import'] },
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
