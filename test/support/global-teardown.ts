import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANSWER_COUNTS, take } from './infrastructure.ts';

export default async function teardown(): Promise<void> {
  const started = take();
  if (started === undefined) return;
  await Promise.all([started.database?.stop(), started.redis?.stop()]);
  sayAnswers(join(started.folder, ANSWER_COUNTS));
  rmSync(started.folder, { recursive: true, force: true });
}

function sayAnswers(file: string): void {
  if (!existsSync(file)) return;
  const counts = readFileSync(file, 'utf8').trim().split('\n').map(Number);
  const sum = counts.reduce((total, count) => total + count, 0);
  process.stdout.write(`${sum} answers compared with openapi.json\n`);
}
