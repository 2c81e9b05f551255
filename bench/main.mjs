// npm run bench -- drain [--count 10000] [--rounds 5]
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '5' }, slots: { type: 'string', default: '500' } },
});
const [name = 'drain'] = positionals;
if (name !== 'drain') {
  console.error(`There is no benchmark "${name}". Known: drain`);
  process.exit(2);
}
await ensureBuilt();
const { startEmbeddedPostgres } = await import('../dist/src/platform/database/embedded/embedded-postgres.js');
const { migrateDatabase } = await import('../dist/src/platform/database/migrate.js');
const { drain } = await import('./drain.mjs');

const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-'));
const database = await startEmbeddedPostgres({ baseDir: folder });
const results = [];
try {
  await migrateDatabase(database.url);
  console.log(`drain: ${values.count} tasks, one process with ${values.slots} slots, PostgreSQL ${database.version} (fsync on), Node ${process.versions.node}, ${availableParallelism()} cores`);
  for (let round = 1; round <= Number(values.rounds); round++) {
    const result = await drain(database.url, { count: Number(values.count), concurrency: Number(values.slots) });
    results.push(result);
    console.log(
      `  round ${round}: submitted ${Math.round(result.submitPerSecond)}/s, drained ${Math.round(result.perSecond)}/s, ${result.cpuMicros.toFixed(0)} µs CPU of Node a task`,
    );
  }
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
const median = (pick) => results.map(pick).sort((a, b) => a - b)[Math.floor(results.length / 2)];
console.log(`drain, median of ${results.length}: ${Math.round(median((r) => r.perSecond))} tasks/s with the full audit`);
