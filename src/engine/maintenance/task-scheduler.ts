import { Injectable } from '@nestjs/common';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { CleanerLoop } from './cleaner-loop.ts';
import { PromoterLoop } from './promoter-loop.ts';
import { RescuerLoop } from './rescuer-loop.ts';
import { SweeperLoop } from './sweeper-loop.ts';

/**
 * Starts and stops the maintenance loops. Each round is idempotent, so any number of processes may run them, and a
 * process may die at any point. SKIP LOCKED lets two of them share the rows; the next round finds rows that were
 * skipped.
 */
@Injectable()
export class TaskScheduler {
  private readonly loops: readonly Loop[];

  constructor(promoter: PromoterLoop, sweeper: SweeperLoop, rescuer: RescuerLoop, cleaner: CleanerLoop) {
    this.loops = [promoter, sweeper, rescuer, cleaner].map(({ loop }) => loop);
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
