import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { OrphanedClaimRecovery, type OrphanedClaimOptions } from './orphaned-claim-recovery.ts';

const LOST = Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });
const releaseOrphaned = jest.fn<OrphanedClaimOptions['attempts']['releaseOrphaned']>();
const announce = jest.fn();

function recovery(): OrphanedClaimRecovery {
  const options = { attempts: { releaseOrphaned }, queue: { announce }, queues: ['default'], owner: 'host:7:boot', quarantined: false };
  return new OrphanedClaimRecovery(options as unknown as OrphanedClaimOptions);
}

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  releaseOrphaned.mockReset().mockResolvedValue([]);
});
afterEach(() => {
  jest.useRealTimers();
});

it('looks every 250 ms for 10 s after a claim whose answer was lost, because it may still commit', async () => {
  const tested = recovery();
  tested.claimFailed(LOST);
  const looks: number[] = [];
  for (let ms = 0; ms <= 11_000; ms += 50) {
    const before = releaseOrphaned.mock.calls.length;
    await tested.release(() => []);
    if (releaseOrphaned.mock.calls.length > before) looks.push(ms);
    jest.advanceTimersByTime(50);
  }
  expect(looks).toEqual(Array.from({ length: 40 }, (_, i) => i * 250));
  expect(tested.dueIn).toBeUndefined();
});

it('does not look after an error that has surely ended the claim', async () => {
  const tested = recovery();
  tested.claimFailed(new Error('syntax error'));
  await tested.release(() => []);
  expect(tested.dueIn).toBeUndefined();
  expect(releaseOrphaned).not.toHaveBeenCalled();
});
