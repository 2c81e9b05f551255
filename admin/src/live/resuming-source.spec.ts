import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { clock, Connection, useFakeStreams } from './fake-streams.ts';
import { ResumingSource, SILENT_MS } from './resuming-source.ts';

let states: string[] = [];
let received: unknown[] = [];
let source: ResumingSource;
const last = (): Connection => Connection.last;
const LONGEST_RETRY_MS = 20_000;

useFakeStreams();
beforeEach(() => {
  states = [];
  received = [];
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
afterEach(() => source.close());

it('continues after the last event that it received, also after answers that end an EventSource', () => {
  last().receive('line', { n: 1 }, '7-1');
  last().receive('error');
  expect([last().closed, Connection.made.length]).toEqual([true, 1]);
  clock.tick(LONGEST_RETRY_MS);
  last().receive('error');
  clock.tick(LONGEST_RETRY_MS);
  last().receive('open');
  last().receive('line', { n: 2 }, '7-2');
  expect(Connection.made.map(({ address }) => address)).toEqual(['/events?after=', '/events?after=7-1', '/events?after=7-1']);
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
  expect([Connection.made.length, states.at(-1)]).toEqual([1, 'gone']);
});
