import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { Server } from '../process/server.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

const ROLES = ['api', 'worker', 'scheduler'] as const;
const BASELINE_MS = 60_000;
const FIRES_WITHIN_MS = 120_000;
/** The most that a scrape of a process may take and weigh. */
const [SCRAPE_SECONDS, SCRAPE_BYTES] = [0.1, 300_000];

const found = spawnSync('prometheus', ['--version']).status === 0;
/** CI requires every server: the tests run there, and fail where one is missing. */
const withPrometheus = found || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;
const HINT = found ? '' : ' (needs Prometheus; Debian: apt-get install prometheus)';

let folder: string;
let database: TestDatabase;
const servers = new Map<string, Server>();
const opsPorts = new Map<string, number>();
let prometheus: ChildProcess;
let url: string;
let log = '';

interface Sample {
  readonly metric: Record<string, string>;
  readonly value: [number, string];
}

/** The rules of deploy/ with seconds for minutes, so that half an hour is half a minute; what they compare stays. */
function quickRules(): string {
  const rules = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
  return rules.replace(/(for: |\[|offset )(\d+)m\b/g, '$1$2s');
}

async function query(expr: string): Promise<Sample[]> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
  return ((await answer.json()) as { data: { result: Sample[] } }).data.result;
}
const firing = async () => (await query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric.alertname);

withPrometheus(`Prometheus with the rules of deploy/${HINT}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contenthub-prometheus-'));
    chmodSync(folder, 0o755);
    database = await createTestDatabase();
    for (const role of ROLES) {
      const port = await freePort();
      opsPorts.set(role, port);
      const server = new Server({ DATABASE_URL: database.url, APP_ROLES: role, OPS_PORT: String(port), METRICS_INTERVAL: '1' });
      servers.set(role, server);
      if (role === 'api') await server.start();
      else server.spawn();
    }
    const targets = ROLES.map((role) => `    - { targets: ['127.0.0.1:${opsPorts.get(role)}'], labels: { role: ${role} } }`);
    writeFileSync(join(folder, 'alerts.yml'), quickRules());
    writeFileSync(
      join(folder, 'prometheus.yml'),
      [
        'global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }',
        'rule_files: [alerts.yml]',
        'scrape_configs:',
        '- job_name: contenthub',
        '  static_configs:',
        ...targets,
      ].join('\n'),
    );
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const flags = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    prometheus = spawn('prometheus', [...flags, '--log.level=warn'], { stdio: ['ignore', 'ignore', 'pipe'] });
    prometheus.on('error', (error) => (log += error.message));
    prometheus.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await waitFor(async () => (await query('up == 1')).length === ROLES.length, {
      what: `three scraped processes; ${log}`,
      timeoutMs: 60_000,
    });
  }, 180_000);
  afterAll(async () => {
    if (prometheus?.exitCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
    await Promise.all([...servers.values()].map((server) => server.remove()));
    await database.drop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  it('scrapes every role for a minute, cheaply, and no alert fires', async () => {
    await delay(BASELINE_MS);
    const scraped = await query('min by (role) (avg_over_time(up[50s]))');
    expect(Object.fromEntries(scraped.map(({ metric, value }) => [metric.role, value[1]]))).toEqual({
      api: '1',
      worker: '1',
      scheduler: '1',
    });
    const [slowest] = await query('max(quantile_over_time(0.95, scrape_duration_seconds[50s]))');
    expect(Number(slowest?.value[1])).toBeLessThan(SCRAPE_SECONDS);
    const sizes = await Promise.all(
      [...opsPorts].map(async ([role, port]) => [role, (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).length] as const),
    );
    console.log(
      `p95 of a scrape ${(Number(slowest?.value[1]) * 1_000).toFixed(0)} ms; ${sizes.map(([role, size]) => `${role} ${size} bytes`).join(', ')}`,
    );
    for (const [, size] of sizes) expect(size).toBeLessThan(SCRAPE_BYTES);
    expect(await query('count(prometheus_rule_evaluation_failures_total > 0)')).toEqual([]);
    expect(await firing()).toEqual([]);
  }, 120_000);

  it('the rules of the backlog and of the lost worker fire when a worker dies and tasks keep coming', async () => {
    const [api, worker] = [servers.get('api') as Server, servers.get('worker') as Server];
    const started = performance.now();
    await worker.stop('SIGKILL');
    const submit = () => api.call('POST', '/tasks/task-cleanup/execute/api', { params: { olderThan: 'P3650D' } });
    const wanted = ['ContentHubBacklogGrowing', 'ContentHubNoWorker', 'ContentHubProcessDown'];
    const seen = new Map<string, number>();
    while (seen.size < wanted.length && performance.now() - started < FIRES_WITHIN_MS) {
      await Promise.all(Array.from({ length: 5 }, submit));
      for (const name of await firing())
        if (name !== undefined && wanted.includes(name) && !seen.has(name))
          seen.set(name, Math.round((performance.now() - started) / 1_000));
      await delay(500);
    }
    console.log(`fired after the kill (a minute of a rule is a second here): ${[...seen].map(([name, s]) => `${name} ${s} s`).join(', ')}`);
    expect([...seen.keys()].sort()).toEqual(wanted);
    const [backlog] = await query('ALERTS{alertname="ContentHubBacklogGrowing",alertstate="firing"}');
    expect(backlog?.metric).toMatchObject({ severity: 'warning', queue: expect.any(String) });
  }, 180_000);
});
