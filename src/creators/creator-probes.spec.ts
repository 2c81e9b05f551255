import { describe, expect, it } from '@jest/globals';
import { Creator, type CreatorDescription, type CreatorHealth, USABLE } from './creator.ts';
import { CreatorProbes } from './creator-probes.ts';

class ProbedCreator extends Creator {
  probes = 0;
  answer = (): Promise<CreatorHealth> => Promise.resolve(USABLE);

  override describe(): CreatorDescription {
    return { description: 'for tests', needsNetwork: true, asynchronous: false };
  }

  override create(): never {
    throw new Error('not called');
  }

  override probe(): Promise<CreatorHealth> {
    this.probes += 1;
    return this.answer();
  }
}

describe('CreatorProbes', () => {
  it('shows a result for 30 s, with its time, and each creator its own', async () => {
    let now = 1_000;
    const [probes, creator, other] = [new CreatorProbes(() => now), new ProbedCreator(), new ProbedCreator()];
    expect(await probes.health(creator, false)).toEqual({ usable: true, detail: null, checkedAt: new Date(1_000) });
    now += 30_000;
    expect(await probes.health(creator, false)).toMatchObject({ checkedAt: new Date(1_000) });
    now += 1;
    expect(await probes.health(creator, false)).toMatchObject({ checkedAt: new Date(31_001) });
    await probes.health(other, false);
    expect([creator.probes, other.probes]).toEqual([2, 1]);
  });

  it('probes once for requests that arrive together, also when they refresh', async () => {
    const [probes, creator] = [new CreatorProbes(() => 0), new ProbedCreator()];
    await Promise.all(Array.from({ length: 20 }, (_, index) => probes.health(creator, index % 2 === 0)));
    expect(creator.probes).toBe(1);
    await probes.health(creator, true);
    expect(creator.probes).toBe(2);
  });

  it('keeps a failure no longer than a success', async () => {
    let now = 0;
    const [probes, creator] = [new CreatorProbes(() => now), new ProbedCreator()];
    creator.answer = () => Promise.reject(new Error('refused'));
    expect(await probes.health(creator, false)).toMatchObject({ usable: false, code: 'unreachable', detail: 'refused' });
    creator.answer = () => Promise.resolve(USABLE);
    now += 30_001;
    expect(await probes.health(creator, false)).toMatchObject({ usable: true });
  });
});
