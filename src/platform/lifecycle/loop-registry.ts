import { Injectable } from '@nestjs/common';
import { Loop, type LoopOptions } from './loop.ts';
import { LoopRecord, type LoopState, type LoopTiming } from './loop-record.ts';

/** Every loop of this process, by name. Health reports and metrics read it. */
@Injectable()
export class LoopRegistry {
  private readonly records = new Map<string, LoopRecord>();

  create(options: LoopOptions): Loop {
    return this.register(new Loop(options));
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

  /** All loops, sorted by name. */
  states(): LoopState[] {
    return [...this.records.values()].map((record) => record.state()).sort((a, b) => a.name.localeCompare(b.name));
  }
}
