import { afterEach, beforeEach } from '@jest/globals';

/** Time that the test moves. */
export const clock = {
  now: 0,
  timers: new Map<number, { at: number; run: () => void }>(),
  tick(ms: number): void {
    const end = clock.now + ms;
    for (;;) {
      const [next] = [...clock.timers].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      clock.now = next[1].at;
      clock.timers.delete(next[0]);
      next[1].run();
    }
    clock.now = end;
  },
};
const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, dateNow: Date.now };
let made = 0;
const fake = {
  setTimeout: (run: () => void, ms: number): number => {
    clock.timers.set(++made, { at: clock.now + ms, run });
    return made;
  },
  clearTimeout: (id: number): void => void clock.timers.delete(id),
};

/** An EventSource that the test drives. */
export class Connection extends EventTarget {
  static made: Connection[] = [];

  static get last(): Connection {
    return Connection.made.at(-1) as Connection;
  }

  closed = false;
  constructor(readonly address: string) {
    super();
    Connection.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
  receive(name: string, data: object = {}, lastEventId = ''): void {
    if (!this.closed) this.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data), lastEventId }));
  }
}

/** Each test of the calling file begins at time 0 without a connection. */
export function useFakeStreams(): void {
  beforeEach(() => {
    Connection.made = [];
    clock.now = 0;
    clock.timers.clear();
    Object.assign(globalThis, { EventSource: Connection, ...fake });
    Date.now = () => clock.now;
  });
  afterEach(() => {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.dateNow;
    Reflect.deleteProperty(globalThis, 'EventSource');
  });
}
