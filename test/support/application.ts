import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { AppModule } from '../../src/app/app.module.ts';
import { configureHttp } from '../../src/app/http/configure-http.ts';
import { HttpAdapter } from '../../src/app/http/http-adapter.ts';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import type { Role } from '../../src/platform/auth/roles.ts';
import { loadSettings, Settings } from '../../src/platform/config/settings.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { DEFAULT_SSE_TIMES, SSE_TIMES, type SseTimes } from '../../src/platform/http/sse.ts';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';
import { TaskScheduler } from '../../src/engine/maintenance/task-scheduler.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import type { TaskHandlerOf, TaskHandlerOptions } from '../../src/tasks/definitions/task-handler.decorator.ts';
import { TaskWorkerPool } from '../../src/workers/pool/task-worker-pool.ts';
import { AnswerCheck, checkAnswers } from './answer-check.ts';
import { QuickLoops } from './quick-loops.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export type TestHandler = TaskHandlerOptions & TaskHandlerOf;
export type Json = Record<string, unknown>;
/** A view in JSON: times are strings. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;

export interface Answer<Body = Json> {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON; otherwise undefined. */
  body: Body;
  text: string;
}

/** A string body is sent unchanged, anything else as JSON. A header set to undefined is left out. */
export type Http = <Body = Json>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string | undefined>,
) => Promise<Answer<Body>>;

export interface TestApplication {
  app: NestFastifyApplication;
  url: string;
  /** The key of an administrator, which `http` sends by default. */
  key: string;
  http: Http;
  /** Creates a key with this role. */
  keyOf(roles: Role | readonly Role[], changes?: { accountIds?: string[]; expiresAt?: Date; revokedAt?: Date }): Promise<string>;
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface ApplicationOptions {
  handlers?: readonly TestHandler[];
  settings?: Record<string, string>;
  /** Replace the times of event streams. */
  sseTimes?: Partial<SseTimes>;
  /** Names of loops that the test waits for. Each begins a round every 50 ms instead of every 1 or 2 s. */
  quickLoops?: readonly string[];
  /** Used instead of a new database; the caller drops it. */
  databaseUrl?: string;
  /** Returns the address that the application uses for its database, given the real one. */
  through?: (databaseUrl: string) => Promise<string>;
}

/** The whole application with all roles, on a free port and a new database. */
export async function startApplication(options: ApplicationOptions = {}): Promise<TestApplication> {
  const database: Pick<TestDatabase, 'url'> & Partial<TestDatabase> =
    options.databaseUrl === undefined ? await createTestDatabase() : { url: options.databaseUrl };
  const settings = loadSettings({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: (await options.through?.(database.url)) ?? database.url,
    DATABASE_POOL_SIZE: '4',
    POLL_INTERVAL_MS: '500',
    SOURCE_ROOTS: 'test/fixtures/sources',
    ...options.settings,
  });
  const loops = new QuickLoops(options.quickLoops ?? []);
  const testing = Test.createTestingModule({ imports: [AppModule.withRoles(settings.appRoles)] });
  const module = await testing
    .overrideProvider(Settings)
    .useValue(settings)
    .overrideProvider(LoopRegistry)
    .useValue(loops)
    .overrideProvider(SSE_TIMES)
    .useValue({ ...DEFAULT_SSE_TIMES, ...options.sseTimes })
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new HttpAdapter(settings), { logger: false });
  configureHttp(app, settings);
  const answers = new AnswerCheck();
  checkAnswers(app.getHttpAdapter().getInstance() as unknown as FastifyInstance, answers);
  await app.listen(0, '127.0.0.1');
  loops.assertKnown();
  const registry = app.get(TaskDefinitionRegistry);
  for (const handler of options.handlers ?? []) registry.register(optionsOf(handler), handler);

  const url = await app.getUrl();
  const sql: TestApplication['sql'] = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await app.get(Pools).api.query<Row>(text, values)).rows;
  const keyOf: TestApplication['keyOf'] = async (
    roles,
    {
      accountIds = null,
      expiresAt = null,
      revokedAt = null,
    }: { accountIds?: string[] | null; expiresAt?: Date | null; revokedAt?: Date | null } = {},
  ) => {
    const key = generateApiKey();
    const { prefix, hash } = parseApiKey(key) as KeyDigest;
    const columns = 'id, name, prefix, hash, roles, account_ids, expires_at, revoked_at, revoked_by';
    const revokedBy = revokedAt === null ? null : 'test';
    const values = [
      randomUUID(),
      `the ${[roles].flat().join(' and ')}'s key`,
      prefix,
      hash,
      [roles].flat(),
      accountIds,
      expiresAt,
      revokedAt,
      revokedBy,
    ];
    await sql(`INSERT INTO api_keys (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, values);
    return key;
  };
  const key = await keyOf('admin');
  const close = async (): Promise<void> => {
    await app.get(TaskScheduler).stop();
    await app.get(TaskWorkerPool).drain({ tasksMs: 0 });
    await app.close();
    await database.drop?.();
    answers.report();
    answers.assertNone();
  };
  return { app, url, key, http: httpClient(url, key, answers), keyOf, sql, close };
}

const METHODS = new Set(['handle', 'poll', 'accepted']);

function optionsOf(handler: TestHandler): TaskHandlerOptions {
  return Object.fromEntries(Object.entries(handler).filter(([name]) => !METHODS.has(name))) as unknown as TaskHandlerOptions;
}

function httpClient(url: string, key: string, answers: AnswerCheck): Http {
  return async <Body>(method: string, path: string, body?: unknown, headers: Record<string, string | undefined> = {}) => {
    const given: Record<string, string | undefined> = {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    const sent = Object.entries(given).filter((header): header is [string, string] => header[1] !== undefined);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url + path, { method, headers: sent, body: text, redirect: 'manual' });
    const answer = await read<Body>(response);
    answers.assertNone();
    return answer;
  };
}

async function read<Body>(response: Response): Promise<Answer<Body>> {
  const text = await response.text();
  const isJson = /json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : undefined) as Body, text };
}
