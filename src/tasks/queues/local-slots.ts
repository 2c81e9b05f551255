export interface SlotsOfQueue {
  readonly queue: string;
  readonly slots: number;
  readonly running: number;
}

/** The worker slots of this process, one lane for each queue. Provided by the workers; a process without them has none. */
export abstract class LocalSlots {
  abstract lanes(): SlotsOfQueue[];
}
