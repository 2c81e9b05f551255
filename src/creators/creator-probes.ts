import { orAborted } from '../platform/lifecycle/with-timeout.ts';
import type { AnyCreator, CreatorHealth } from './creator.ts';

/** Time limit of one probe. */
const PROBE_MS = 3_000;
/** Age up to which a result is shown again, so that a page that many people have open costs two probes a minute. */
const MAX_AGE_MS = 30_000;

/** What a probe found, and when. */
export type ProbedHealth = CreatorHealth & { readonly checkedAt: Date };

/** The newest probe of each creator. Requests that arrive during a probe share its result. */
export class CreatorProbes {
  private readonly results = new Map<AnyCreator, ProbedHealth>();
  private readonly running = new Map<AnyCreator, Promise<ProbedHealth>>();

  constructor(private readonly now: () => number = Date.now) {}

  /** `refresh`: probes again, however new the last result is. */
  health(creator: AnyCreator, refresh: boolean): Promise<ProbedHealth> {
    const running = this.running.get(creator);
    if (running) return running;
    const last = this.results.get(creator);
    if (last && !refresh && this.now() - last.checkedAt.getTime() <= MAX_AGE_MS) return Promise.resolve(last);
    const probe = this.probe(creator).finally(() => this.running.delete(creator));
    this.running.set(creator, probe);
    return probe;
  }

  private async probe(creator: AnyCreator): Promise<ProbedHealth> {
    const health = { ...(await probed(creator)), checkedAt: new Date(this.now()) };
    this.results.set(creator, health);
    return health;
  }
}

/** A probe that fails or exceeds its time limit gives a result with `usable: false`. */
async function probed(creator: AnyCreator): Promise<CreatorHealth> {
  const signal = AbortSignal.timeout(PROBE_MS);
  try {
    return await orAborted(signal, creator.probe(signal));
  } catch (error) {
    const why = signal.aborted ? `did not answer within ${PROBE_MS} ms` : error instanceof Error ? error.message : String(error);
    return { usable: false, code: 'unreachable', detail: why };
  }
}
