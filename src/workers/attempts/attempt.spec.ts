import { expect, it } from '@jest/globals';
import type { ClaimedTask } from '../../core/task/task.ts';
import { Attempt, type AttemptPorts } from './attempt.ts';

it('reports a step that the database can store', async () => {
  const stored: (string | null)[] = [];
  const writeProgress: AttemptPorts['writeProgress'] = ({ step }) => Promise.resolve(void stored.push(step));
  const attempt = new Attempt({ id: 'a', epoch: 1, attempt: 1, logSeq: 0 } as ClaimedTask, { writeProgress } as AttemptPorts);
  attempt.progress(10, 'read\0\uD800');
  await attempt.flush();
  attempt.progress(20, `${'x'.repeat(99)}😀`);
  await attempt.flush();
  attempt.progress(30);
  await attempt.flush();
  expect(stored).toEqual(['read\uFFFD\uFFFD', 'x'.repeat(99), 'x'.repeat(99)]);
});
