import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  allowedEdges,
  internalStatuses,
  isTerminal,
  legacyStatus,
  phaseOf,
  PUBLIC_STATUSES,
  publicStatus,
  stateDiagram,
  TASK_STATUSES,
  TRANSITIONS,
} from './states.ts';

it('the public API shows every status but that of a leased task that has not started', () => {
  expect(PUBLIC_STATUSES).toEqual(['pending', 'submitted', 'running', 'completed', 'failed', 'timeout', 'cancelled']);
});

describe('transition table', () => {
  it('reaches every status from a new task', () => {
    const reached = new Set<string>();
    const queue = [''];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const edge of allowedEdges()) {
        const [from, to] = edge.split('>') as [string, string];
        if (from === at && !reached.has(to)) {
          reached.add(to);
          queue.push(to);
        }
      }
    }
    expect([...reached].sort()).toEqual([...TASK_STATUSES].sort());
  });

  it('leads from every live status to every final one, and from completed to none', () => {
    expect([...allowedEdges()].filter((e) => e.startsWith('completed>'))).toEqual([]);
    for (const status of TASK_STATUSES.filter((s) => !isTerminal(s))) {
      expect(allowedEdges()).toContain(`${status}>cancelled`);
      expect(allowedEdges()).toContain(`${status}>timeout`);
    }
  });

  it('names each transition once', () => {
    expect(new Set(TRANSITIONS.map((t) => t.name)).size).toBe(TRANSITIONS.length);
  });

  it('matches the diagram of docs/architecture.md', () => {
    expect(readFileSync('docs/architecture.md', 'utf8')).toContain(`\`\`\`mermaid\n${stateDiagram()}\n\`\`\``);
  });
});

describe('statuses and phases', () => {
  it('maps every status that is not final to running in the four-word API', () => {
    expect(TASK_STATUSES.map((s) => legacyStatus(s))).toEqual([
      'running',
      'running',
      'running',
      'running',
      'completed',
      'failed',
      'failed',
      'cancelled',
    ]);
  });

  it('shows a leased task that has not started as submitted', () => {
    expect(TASK_STATUSES.map((status) => publicStatus(status))).toEqual([
      'pending',
      'submitted',
      'submitted',
      'running',
      'completed',
      'failed',
      'timeout',
      'cancelled',
    ]);
    expect(internalStatuses('submitted')).toEqual(['submitted', 'assigned']);
    expect(internalStatuses('running')).toEqual(['running']);
    expect(PUBLIC_STATUSES.flatMap((status) => internalStatuses(status)).sort()).toEqual([...TASK_STATUSES].sort());
  });

  it('distinguishes a retry from a first wait, and external work from running', () => {
    const phase = (status: (typeof TASK_STATUSES)[number], attempt = 0, externalId: string | null = null) =>
      phaseOf({ status, attempt, externalId });
    expect(phase('pending')).toBe('waiting');
    expect(phase('pending', 1)).toBe('retrying');
    expect(phase('submitted')).toBe('ready');
    expect(phase('submitted', 2)).toBe('retrying');
    expect(phase('assigned', 1)).toBe('leased');
    expect(phase('running', 1)).toBe('running');
    expect(phase('running', 1, 'x')).toBe('external');
    expect(phase('failed', 3)).toBeNull();
  });
});
