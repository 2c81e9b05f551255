import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { SELECT_CLOCK } from '../schedule.sql.ts';
import { DELETE_PAUSE, INSERT_PAUSE, SELECT_LAST_RUNS, SELECT_PAUSES, SELECT_RUNS } from './system-schedule.sql.ts';
import { SYSTEM_SCHEDULES, type SystemSchedule } from './system-schedules.ts';

/** Rounds of a loop in one process that ended alike. */
export interface SystemRuns {
  readonly name: string;
  readonly from: Date;
  readonly until: Date;
  readonly process: string;
  readonly outcome: 'ok' | 'failed';
  readonly error: string | null;
  readonly rounds: number;
  readonly failures: number;
  readonly intervalMs: number;
  readonly lastMs: number;
  readonly longestMs: number;
}

export interface SystemScheduleState {
  readonly schedule: SystemSchedule;
  readonly pause: { readonly pausedAt: Date; readonly pausedBy: string } | null;
  /** The newest; null when no process has reported. */
  readonly last: SystemRuns | null;
  readonly now: Date;
}

/** Shows, pauses and resumes the periodic work of the product. */
@Injectable()
export class SystemScheduleService {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async list(): Promise<SystemScheduleState[]> {
    return this.states(SYSTEM_SCHEDULES);
  }

  /** @throws {ProblemError} 404 */
  async get(name: string): Promise<SystemScheduleState> {
    const [state] = await this.states([find(name)]);
    return state ?? Promise.reject(notFound(name));
  }

  /** Newest first. @throws {ProblemError} 404 */
  history(name: string, limit: number): Promise<SystemRuns[]> {
    return this.sql.query<SystemRuns>(SELECT_RUNS, [find(name).name, limit]);
  }

  /** All processes obey within seconds. Does nothing when it is paused. @throws {ProblemError} 404, 409 */
  async pause(name: string, actor: string): Promise<void> {
    const { whilePaused } = find(name);
    if (whilePaused === null) {
      throw ProblemError.conflict('not_pausable', `"${name}" cannot be paused: tasks would be stuck or lost.`, {
        detail: 'Pause named tasks or queues instead.',
      });
    }
    await this.sql.query(INSERT_PAUSE, [name, actor]);
  }

  /** Does nothing when it is not paused. @throws {ProblemError} 404 */
  async resume(name: string): Promise<void> {
    await this.sql.query(DELETE_PAUSE, [find(name).name]);
  }

  private async states(schedules: readonly SystemSchedule[]): Promise<SystemScheduleState[]> {
    const [clock] = await this.sql.query<{ now: Date }>(SELECT_CLOCK, []);
    const now = clock?.now ?? new Date();
    const rows = await this.sql.query<{ name: string; pausedAt: Date; pausedBy: string }>(SELECT_PAUSES, []);
    const pauses = new Map(rows.map(({ name, ...pause }) => [name, pause]));
    const runs = await this.sql.query<SystemRuns>(SELECT_LAST_RUNS, [schedules.map(({ name }) => name)]);
    const last = Map.groupBy(runs, ({ name }) => name);
    return schedules.map((schedule) => ({
      schedule,
      pause: pauses.get(schedule.name) ?? null,
      last: last.get(schedule.name)?.[0] ?? null,
      now,
    }));
  }
}

function find(name: string): SystemSchedule {
  const found = SYSTEM_SCHEDULES.find((one) => one.name === name);
  if (found === undefined) throw notFound(name);
  return found;
}

function notFound(name: string): ProblemError {
  return ProblemError.notFound('schedule_not_found', `There is no system schedule "${name.slice(0, 100)}".`, {
    detail: 'GET /schedules?kind=system lists all.',
  });
}
