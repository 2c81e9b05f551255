import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { countOpen } from '../../engine/inspection/invariants.ts';
import { loadSettings } from '../../platform/config/settings.ts';
import type { DatabaseAddress } from '../../platform/database/connections.ts';
import { migrateDatabase } from '../../platform/database/migrate.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { withDatabase } from '../backup.ts';
import { PlatformModule } from '../platform.module.ts';
import { disturb, type Disturbances } from './disturb.ts';
import { Scratch, scratchName } from './scratch.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { VerifyProcess } from './verify-process.ts';
import { ATTEMPTS_FILE, VERIFY_TASKS, VerifyTasksModule } from './verify-tasks.module.ts';
import { CREATE_EFFECTS } from './verify.sql.ts';

export interface VerifyRequest {
  /** Number of tasks. */
  readonly tasks: number;
  /** Number of worker processes. */
  readonly workers: number;
  /** Number of kills. */
  readonly kills: number;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface VerifyReport extends Verdict, Disturbances {
  readonly schema: string;
  readonly driver: string;
  readonly accepted: number;
  readonly attempts: number;
  readonly seconds: number;
  readonly violations: number;
}

/** Long enough that a kill meets running tasks. */
const [SHORTEST_MS, LONGEST_MS] = [20, 400];
const SLOTS = 10;
const BATCH = 100;
const LONGEST_MS_TO_END = 180_000;
const NAMES = Object.keys(VERIFY_TASKS);

@Module({ imports: [PlatformModule, VerifyTasksModule] })
class VerifyModule {}

/**
 * `contenthub verify`: submits tasks to a scratch schema of this installation's database, kills its own workers meanwhile, and checks
 * that none was lost, run twice or left open. Nothing outside of that schema and of keys with its name is written.
 */
export function verify(request: VerifyRequest): Promise<VerifyReport> {
  const settings = loadSettings();
  return withDatabase(settings, async (address) => {
    const { queueDriverInUse, redisAddress } = settings;
    const scratch = new Scratch(address, scratchName(), queueDriverInUse === 'bullmq' ? redisAddress : undefined);
    const folder = mkdtempSync(join(tmpdir(), 'contenthub-verify-'));
    try {
      for (const name of await scratch.open()) request.note(`dropped ${name}, which a verification that was killed had left`);
      request.note(`schema ${scratch.name}: creating its tables`);
      const own = { ...address, schema: scratch.name };
      await migrateDatabase(own);
      request.signal.throwIfAborted();
      return await run(request, own, scratch, join(folder, 'attempts'));
    } finally {
      await scratch.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function run(request: VerifyRequest, address: DatabaseAddress, scratch: Scratch, attemptsFile: string): Promise<VerifyReport> {
  const started = performance.now();
  writeFileSync(attemptsFile, '');
  const variables = {
    DATABASE_URL: address.url,
    ...(address.sessionUrl !== undefined && { DATABASE_SESSION_URL: address.sessionUrl }),
    DATABASE_SCHEMA: scratch.name,
    REDIS_PREFIX: scratch.name,
    TASKS_FILE: '',
    ASYNC_WORKER_COUNT: String(SLOTS),
    LEASE_TTL_MS: '3000',
    LEASE_BEAT_MS: '1000',
    POLL_INTERVAL_MS: '250',
    LOG_LEVEL: 'silent',
    [ATTEMPTS_FILE]: attemptsFile,
  };
  Object.assign(process.env, variables); // of the client, whose settings are read from it
  const app = await NestFactory.createApplicationContext(VerifyModule, { logger: false, abortOnError: false });
  const processes = Array.from({ length: request.workers }, () => new VerifyProcess(address, variables));
  const over = new AbortController();
  try {
    const sql = executorOf(app.get(Pools).api);
    await sql.query(CREATE_EFFECTS, []);
    await Promise.all(processes.map((one) => one.start()));
    request.note(`${processes.length} workers of ${SLOTS} slots run`);
    const accepted: string[] = [];
    const signal = AbortSignal.any([request.signal, over.signal]);
    const faults = disturb({ kills: request.kills, processes, scratch, accepted, queue: app.get(TaskQueue), signal });
    faults.catch(() => undefined); // thrown below, unless something else failed
    await submit(app.get(TaskService), request, accepted);
    await ended(sql, accepted.length, request);
    over.abort();
    const done = await faults;
    await Promise.all(processes.map((one) => one.stop()));
    const attempts = readFileSync(attemptsFile, 'utf8').split('\n').filter(Boolean);
    const verdict = await verdictOf(sql, { accepted, attempts });
    return {
      schema: scratch.name,
      driver: app.get(TaskQueue).driver,
      accepted: accepted.length,
      attempts: attempts.length,
      ...done,
      seconds: Math.round((performance.now() - started) / 100) / 10,
      ...verdict,
      violations: verdict.checks.reduce((sum, { ids }) => sum + ids.length, 0),
    };
  } finally {
    over.abort();
    await Promise.all(processes.map((one) => one.stop()));
    await app.close();
  }
}

async function submit(tasks: TaskService, { tasks: count, signal }: VerifyRequest, accepted: string[]): Promise<void> {
  while (accepted.length < count) {
    signal.throwIfAborted();
    const size = Math.min(BATCH, count - accepted.length);
    const requests = Array.from({ length: size }, (_, i) => ({
      name: NAMES[(accepted.length + i) % NAMES.length] as string,
      params: { ms: randomInt(SHORTEST_MS, LONGEST_MS) },
      createdBy: 'verify',
      trigger: 'api' as const,
    }));
    accepted.push(...(await tasks.submitMany(requests)).map(({ id }) => id));
  }
}

async function ended(sql: SqlExecutor, count: number, { note, signal }: VerifyRequest): Promise<void> {
  const until = performance.now() + LONGEST_MS_TO_END;
  let shown = -1;
  for (;;) {
    signal.throwIfAborted();
    const open = await countOpen(sql);
    const percent = Math.floor(((count - open) / count) * 10) * 10;
    if (percent > shown) note(`${count - open} of ${count} tasks have ended`);
    shown = Math.max(shown, percent);
    if (open === 0 || performance.now() > until) return; // open tasks violate an invariant
    await delay(250, undefined, { signal }).catch(() => undefined);
  }
}
