import { rmSync } from 'node:fs';
import { take } from './infrastructure.ts';

export default async function teardown(): Promise<void> {
  const started = take();
  if (started === undefined) return;
  await Promise.all([started.database.stop(), started.redis?.stop()]);
  rmSync(started.folder, { recursive: true, force: true });
}
