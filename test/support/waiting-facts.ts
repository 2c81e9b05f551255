import { type BlockerCode, findBlockers, type WaitingFacts } from '../../src/core/task/blockers.ts';

export const NOW = new Date('2026-11-23T09:00:00.000Z');
export const LATER = new Date('2026-11-23T09:05:00.000Z');
export const LATEST = new Date('2026-11-23T10:00:00.000Z');
export const EARLIER = new Date('2026-11-23T08:00:00.000Z');

export const READY: WaitingFacts = {
  limitedCaller: false,
  name: 'user-space-sync',
  status: 'submitted',
  queue: 'default',
  priority: 5,
  attempt: 0,
  maxAttempts: 3,
  runAt: EARLIER,
  expiresAt: null,
  owner: null,
  leaseExpiresAt: null,
  deadlineAt: null,
  externalId: null,
  terminalAt: null,
  error: null,
  dependencies: [],
  paused: { queue: null, definition: null },
  limits: [],
  budget: null,
  capabilities: [],
  eligibleAgents: 0,
  crashes: 0,
  ahead: 0,
  handlerKnown: true,
  knownBy: 0,
  runningInQueue: 2,
  workersInQueue: 1,
  workerProcesses: 1,
  here: null,
};
export const PAUSE = { by: 'ada', at: EARLIER };
export const LIMIT = { key: 'account:7', maxRunning: 2, running: 1, tokens: null, nextTokenAt: null };
export const PENDING: Partial<WaitingFacts> = { status: 'pending', runAt: LATER };
export const RUNNING: Partial<WaitingFacts> = {
  status: 'running',
  attempt: 1,
  owner: 'host:7:boot',
  leaseExpiresAt: LATER,
  deadlineAt: LATER,
};

export function closed(facts: Partial<WaitingFacts>): BlockerCode[] {
  return findBlockers({ ...READY, ...facts }, NOW)
    .blockers.filter(({ open }) => !open)
    .map(({ code }) => code);
}

export function blockerOf(code: BlockerCode, facts: Partial<WaitingFacts>) {
  return findBlockers({ ...READY, ...facts }, NOW).blockers.find((one) => one.code === code);
}
