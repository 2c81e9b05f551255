import type { Loop, LoopOptions } from '../../src/platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';

const INTERVAL_MS = 50;

/** Makes the named loops begin a round every 50 ms, so that a test does not wait for their interval. An unknown name is an error. */
export class QuickLoops extends LoopRegistry {
  private readonly names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    super();
    this.names = new Set(names);
  }

  override create(options: LoopOptions): Loop {
    return super.create(this.names.has(options.name) ? { ...options, intervalMs: INTERVAL_MS, longestPauseMs: INTERVAL_MS } : options);
  }

  /** @throws when a name is that of no loop. */
  assertKnown(): void {
    for (const name of this.names) if (!this.has(name)) throw new Error(`no loop is named ${name}`);
  }
}
