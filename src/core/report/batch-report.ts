import { isTerminal, type TaskStatus } from '../task/states.ts';
import { compareText } from '../text/compare-text.ts';
import { type ExecutionReport, executionReport } from './execution-report.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import type { Step } from './timeline.ts';

/** A task of a batch with all its audit rows. */
export interface BatchMember {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
  /** The code of its error; null without an error. */
  readonly errorCode: string | null;
  readonly steps: readonly [Step, ...Step[]];
}

export interface BatchCounts {
  readonly total: number;
  readonly completed: number;
  /** Tasks that failed or timed out. */
  readonly failed: number;
  readonly cancelled: number;
  readonly open: number;
}

/** Percentiles of the milliseconds in the queue and in handlers, of all tasks that have started. Null when none has. */
export interface BatchTimes {
  readonly queued: Percentiles | null;
  readonly run: Percentiles | null;
}

export interface BatchReport {
  readonly counts: BatchCounts;
  /** From the first submission to the last end, or until now. */
  readonly wallMs: number;
  /** The sum over all tasks. */
  readonly runMs: number;
  readonly times: BatchTimes;
  /** The five longest-running tasks, longest first. */
  readonly slowest: readonly { id: string; name: string; status: TaskStatus; runMs: number; queuedMs: number; attempts: number }[];
  /** Groups of failed and timed-out tasks, most frequent first. */
  readonly failures: readonly { code: string; count: number; example: string }[];
  /** Sorted by task name. */
  readonly names: readonly { name: string; counts: BatchCounts; times: BatchTimes }[];
}

const SLOWEST = 5;

interface ReportedMember extends BatchMember {
  readonly report: ExecutionReport;
}

export function batchReport(members: readonly BatchMember[], now: Date): BatchReport {
  const reported = members.map((member): ReportedMember => ({ ...member, report: executionReport(member.steps, now) }));
  const byName = Map.groupBy(reported, ({ name }) => name);
  return {
    counts: countsOf(reported),
    wallMs: wallOf(reported),
    runMs: reported.reduce((sum, { report }) => sum + report.runMs, 0),
    times: timesOf(reported),
    slowest: slowestOf(reported),
    failures: failuresOf(reported),
    names: [...byName]
      .map(([name, those]) => ({ name, counts: countsOf(those), times: timesOf(those) }))
      .sort((a, b) => compareText(a.name, b.name)),
  };
}

function countsOf(members: readonly BatchMember[]): BatchCounts {
  const count = (...statuses: TaskStatus[]): number => members.filter(({ status }) => statuses.includes(status)).length;
  return {
    total: members.length,
    completed: count('completed'),
    failed: count('failed', 'timeout'),
    cancelled: count('cancelled'),
    open: members.filter(({ status }) => !isTerminal(status)).length,
  };
}

function wallOf(members: readonly ReportedMember[]): number {
  if (members.length === 0) return 0;
  const begins = members.map(({ report }) => report.createdAt.getTime());
  const ends = members.map(({ report }) => report.createdAt.getTime() + report.wallMs);
  return ends.reduce((a, b) => Math.max(a, b)) - begins.reduce((a, b) => Math.min(a, b));
}

const hasRun = ({ report }: ReportedMember): boolean => report.attempts.some(({ startedAt }) => startedAt !== null);

function timesOf(members: readonly ReportedMember[]): BatchTimes {
  const ran = members.filter(hasRun);
  return {
    queued: percentilesOf(ran.map(({ report }) => report.states.queued)),
    run: percentilesOf(ran.map(({ report }) => report.runMs)),
  };
}

function slowestOf(members: readonly ReportedMember[]): BatchReport['slowest'] {
  return members
    .filter(hasRun)
    .sort((a, b) => b.report.runMs - a.report.runMs)
    .slice(0, SLOWEST)
    .map(({ id, name, status, report }) => {
      const { runMs, states, attempts } = report;
      return { id, name, status, runMs, queuedMs: states.queued, attempts: attempts.length };
    });
}

function failuresOf(members: readonly ReportedMember[]): BatchReport['failures'] {
  const failed = members.filter(({ status }) => status === 'failed' || status === 'timeout');
  return [...Map.groupBy(failed, ({ errorCode }) => errorCode ?? 'unknown')]
    .map(([code, those]) => ({ code, count: those.length, example: (those[0] as ReportedMember).id }))
    .sort((a, b) => b.count - a.count || compareText(a.code, b.code));
}
