import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedDatabase } from '../../src/platform/database/embedded/embedded-postgres.ts';
import type { PrivateRedis } from './redis.ts';

/** The servers of one test run. Set-up and tear-down are modules of the same process but not of the same registry. */
export interface Infrastructure {
  folder: string;
  /** undefined: the cluster was given. */
  database: EmbeddedDatabase | undefined;
  redis: PrivateRedis | undefined;
}

const holder = globalThis as { contenthubTests?: Infrastructure };

export function keep(infrastructure: Infrastructure): void {
  holder.contenthubTests = infrastructure;
}

export function take(): Infrastructure | undefined {
  const { contenthubTests } = holder;
  delete holder.contenthubTests;
  return contenthubTests;
}

/** File in the folder of a run with the number of answers compared with openapi.json, one line per application. */
export const ANSWER_COUNTS = 'answer-counts';

/** For the processes that tests start: compiling the application takes a third of its start. */
export const COMPILE_CACHE: string = join(tmpdir(), 'contenthub-compile-cache');

/** An empty folder for the data of a server, in memory where the cluster of the run is. The end of the run removes it at the latest. */
export function newFolder(prefix: string): string {
  return mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), prefix));
}
