import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { clock, Connection, useFakeStreams } from './fake-streams.ts';
import { FRESH_MS, SharedSource } from './shared-source.ts';
import type { Topic } from './topics.ts';

const SETTLED_MS = 200;
let source: SharedSource;

useFakeStreams();
beforeEach(() => {
  // Without BroadcastChannel: each tab reads a stream of its own.
  Object.assign(globalThis, { window: new EventTarget() });
  source = new SharedSource({ onState: () => undefined, onEvent: () => undefined, onReset: () => undefined });
  source.start();
});
afterEach(() => {
  source.stop();
  Reflect.deleteProperty(globalThis, 'window');
});

/** The address of the stream after the topics changed. */
function show(...topics: Topic[]): string {
  source.show(topics);
  clock.tick(SETTLED_MS);
  return Connection.last.address;
}

function receive(at: number, id: string): void {
  clock.tick(at - clock.now);
  Connection.last.receive('execution', { executionId: id, version: 1 }, id);
}

it('continues after the last event when a topic is left', () => {
  show('executions', 'alerts');
  receive(1_000, '1');
  receive(30_000, '2');
  receive(31_000, '3');
  expect(show('executions')).toBe('/events?topics=executions&after=3');
});

it('repeats the events of a new topic since lists were read that are shown without being read again', () => {
  show('executions');
  receive(1_000, '1');
  receive(10_000, '2');
  receive(10_000 + FRESH_MS, '3');
  expect(show('executions', 'pool')).toBe('/events?topics=executions,pool&after=2');
});

it('begins with the first event that it knows when all are recent', () => {
  show('executions');
  Connection.last.receive('ready', {}, '1');
  receive(5_000, '2');
  expect(show('pool')).toBe('/events?topics=pool&after=1');
});
