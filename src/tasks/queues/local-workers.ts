import { Injectable } from '@nestjs/common';

/** The slots that this process has for one queue. */
export interface LocalWorkerStatus {
  readonly queue: string;
  readonly slots: number;
  readonly running: number;
  /** Null before the first claim, and after the last one of a drain. */
  readonly lastClaimAt: Date | null;
}

/** The workers of this process. The worker pool registers itself here; a process without the worker role has none. */
@Injectable()
export class LocalWorkers {
  private read: () => readonly LocalWorkerStatus[] = () => [];

  register(read: () => readonly LocalWorkerStatus[]): void {
    this.read = read;
  }

  all(): readonly LocalWorkerStatus[] {
    return this.read();
  }

  find(queue: string): LocalWorkerStatus | undefined {
    return this.read().find((worker) => worker.queue === queue);
  }
}
