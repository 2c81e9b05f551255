import { waitFor } from '../../support/wait-for.ts';
import { type Harness, seconds } from './harness.ts';

export interface Scenario {
  /** Whether Redis is away from the start. */
  absent?: boolean;
  /** Resolves when Redis is as it should be again. */
  during(harness: Harness): Promise<void>;
  /** What the API process must say of its queue in the end. */
  says?: RegExp;
  /** Leaves nothing for the next. */
  after?(harness: Harness): Promise<unknown>;
}

const AGAIN = 10;
/** A look at a Redis that answers each 30 s. */
const NOTICED_MS = 40_000;

function killed(forSeconds: number): Scenario {
  return {
    async during({ redis }) {
      await redis.kill();
      await seconds(forSeconds);
      await redis.on();
    },
  };
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  late: {
    absent: true,
    async during({ redis }) {
      await seconds(10);
      await redis.on();
    },
  },
  flushall: {
    async during({ redis }) {
      for (let i = 0; i < 10; i++) {
        await redis.ask('FLUSHALL');
        await seconds(1);
      }
    },
  },
  'kill-15': killed(15),
  'kill-60': killed(60),
  stop: {
    async during({ redis }) {
      redis.silence();
      await seconds(15);
      redis.speak();
    },
  },
  full: {
    async during({ redis }) {
      await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
      await seconds(15);
      await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
    },
    says: /maxmemory-policy is allkeys-lru/,
    async after({ redis, problems }) {
      await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      await waitFor(async () => (await problems()).length === 0, { what: 'the end of the warning', timeoutMs: NOTICED_MS });
    },
  },
  duplicate: {
    async during({ client, jobProbe }) {
      const sent: Promise<void>[] = [];
      client.onAccepted = (id) => void sent.push(jobProbe.again(id, AGAIN));
      await seconds(15);
      client.onAccepted = undefined;
      await Promise.all(sent);
    },
  },
};
