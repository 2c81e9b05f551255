import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ResumingSource, SILENT_MS } from './resuming-source.ts';

/** Time that the test moves. */
const clock = {
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

/** A connection that the test drives. */
class Connection extends EventTarget {
  closed = false;
  constructor(readonly address: string) {
    super();
    connections.push(this);
  }
  close(): void {
    this.closed = true;
  }
  receive(name: string, data: object = {}, lastEventId = ''): void {
    if (!this.closed) this.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data), lastEventId }));
  }
}
let connections: Connection[] = [];
let states: string[] = [];
let received: unknown[] = [];
let source: ResumingSource;
const last = (): Connection => connections.at(-1) as Connection;
const LONGEST_RETRY_MS = 20_000;

beforeEach(() => {
  connections = [];
  states = [];
  received = [];
  clock.now = 0;
  Object.assign(globalThis, { EventSource: Connection, ...fake });
  Date.now = () => clock.now;
  source = new ResumingSource({
    address: (after) => `/events?after=${after ?? ''}`,
    events: ['line'],
    onEvent: (_, data) => received.push(data),
    onState: (state, since) => states.push(`${state} ${since}`),
    onGone: () => states.push('gone'),
  });
  source.open();
  last().receive('open');
});
afterEach(() => {
  source.close();
  Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
  Date.now = real.dateNow;
  Reflect.deleteProperty(globalThis, 'EventSource');
});

it('continues after the last event that it received, also after answers that end an EventSource', () => {
  last().receive('line', { n: 1 }, '7-1');
  last().receive('error');
  expect([last().closed, connections.length]).toEqual([true, 1]);
  clock.tick(LONGEST_RETRY_MS);
  last().receive('error');
  clock.tick(LONGEST_RETRY_MS);
  last().receive('open');
  last().receive('line', { n: 2 }, '7-2');
  expect(connections.map(({ address }) => address)).toEqual(['/events?after=', '/events?after=7-1', '/events?after=7-1']);
  expect(received).toEqual([{ n: 1 }, { n: 2 }]);
  expect(states.map((state) => state.split(' ')[0])).toEqual(['live', 'lost', 'lost', 'live']);
});

it('counts a silent connection as lost since it was heard last, and a heartbeat as a sound', () => {
  clock.tick(SILENT_MS - 1);
  last().receive('heartbeat');
  clock.tick(SILENT_MS - 1);
  expect(states).toEqual(['live 0']);
  clock.tick(1);
  expect(states).toEqual(['live 0', `lost ${SILENT_MS - 1}`]);
  expect(last().closed).toBe(true);
});

it('does not call a connection lost that the server closed because of its age', () => {
  last().receive('line', {}, '8-1');
  last().receive('bye', { reason: 'recycled' });
  expect(last().address).toBe('/events?after=8-1');
  expect(states).toEqual(['live 0']);
});

it('does not return to what was deleted', () => {
  last().receive('bye', { reason: 'gone' });
  clock.tick(SILENT_MS + LONGEST_RETRY_MS);
  expect([connections.length, states.at(-1)]).toEqual([1, 'gone']);
});
