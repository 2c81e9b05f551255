// Drain: tasks that do nothing, submitted in bulk, then claimed, run and completed by one process with the full audit.
import pg from 'pg';
import { createEngine } from './lib/engine.mjs';

/** @returns {Promise<{submitPerSecond: number, perSecond: number, cpuMicros: number}>} medians are the caller's business */
export async function drain(databaseUrl, { count = 10_000, concurrency = 500 } = {}) {
  const engine = await createEngine(databaseUrl, concurrency);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const submitStart = performance.now();
    await engine.tasks.submitMany(Array.from({ length: count }, () => ({ name: 'noop', createdBy: 'bench', trigger: 'api' })));
    const submitSeconds = (performance.now() - submitStart) / 1_000;
    const finished = async () => (await client.query(`SELECT count(*)::int AS n FROM tasks WHERE name = 'noop' AND status = 'completed'`)).rows[0].n;
    const before = await finished();
    await client.query('CHECKPOINT');
    const start = performance.now();
    const cpuBefore = process.cpuUsage();
    engine.startWorkers();
    while ((await finished()) < before + count) await new Promise((ok) => setTimeout(ok, 50));
    const seconds = (performance.now() - start) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    const audit = await client.query(`SELECT count(*)::int AS n FROM task_audit a JOIN tasks t ON t.id = a.task_id WHERE t.name = 'noop'`);
    if (audit.rows[0].n !== 3 * (before + count)) throw new Error(`audit has ${audit.rows[0].n} rows, wanted ${3 * (before + count)}`);
    return { submitPerSecond: count / submitSeconds, perSecond: count / seconds, cpuMicros: (cpu.user + cpu.system) / count };
  } finally {
    await client.end();
    await engine.close();
  }
}
