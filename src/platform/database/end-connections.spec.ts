import { describe, expect, it } from '@jest/globals';
import { endWithin } from './end-connections.ts';

describe('endWithin', () => {
  it('resolves after its bound when the end never comes', async () => {
    await expect(endWithin({ end: () => new Promise<void>(() => undefined) }, 20)).resolves.toBeUndefined();
  });

  it('does not replace the error of the work by that of the end', async () => {
    await expect(endWithin({ end: () => Promise.reject(new Error('Connection terminated')) }, 60_000)).resolves.toBeUndefined();
  });
});
