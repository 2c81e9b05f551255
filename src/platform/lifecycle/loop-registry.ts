import { Injectable } from '@nestjs/common';
import { Loop, type LoopOptions } from './loop.ts';
import { LoopRecord, type LoopState, type LoopTally, type LoopTiming } from './loop-record.ts';

/** Every loop of this process, by name. Health reports and metrics read it. */
@Injectable()
export class LoopRegistry {
  private readonly records = new Map<string, LoopRecord>();
  private readonly pausable = new Map<string, Loop>();
  private paused: ReadonlySet<string> = new Set();

  create(options: LoopOptions): Loop {
    const loop = new Loop({ ...options, isPaused: () => this.isPaused(options.name) });
    this.pausable.set(options.name, loop);
    return this.register(loop);
  }

  /** No round of these loops begins. Loops that were paused and are not any more begin a round at once. */
  setPaused(names: ReadonlySet<string>): void {
    const before = this.paused;
    this.paused = names;
    for (const name of before) if (!names.has(name)) this.pausable.get(name)?.wake();
  }

  isPaused(name: string): boolean {
    return this.paused.has(name);
  }

  register(loop: Loop): Loop {
    this.add(loop.record);
    return loop;
  }

  /** For repeating code that is not a `Loop` and reports its rounds itself. */
  track(timing: LoopTiming): LoopRecord {
    return this.add(new LoopRecord(timing));
  }

  /** Replaces a record of the same name, because its loop was restarted. */
  add(record: LoopRecord): LoopRecord {
    this.records.set(record.name, record);
    return record;
  }

  has(name: string): boolean {
    return this.records.has(name);
  }

  /** The rounds of a loop since the last call; null for none. */
  takeTally(name: string): (LoopTally & { readonly intervalMs: number }) | null {
    const record = this.records.get(name);
    const tally = record?.takeTally();
    return record === undefined || tally == null ? null : { ...tally, intervalMs: record.state().intervalMs };
  }

  /** All loops, sorted by name. */
  states(): LoopState[] {
    return [...this.records.values()].map((record) => record.state()).sort((a, b) => a.name.localeCompare(b.name));
  }
}
