import { Injectable } from '@nestjs/common';
import { hostname } from 'node:os';
import type { Sample } from '../../core/alert/condition.ts';
import { HealthService } from '../../monitoring/health/health.service.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_PROCESS_REPORTS, STORE_PROCESS_REPORT } from './evaluation.sql.ts';

interface ProcessReport {
  readonly lateLoops: readonly { readonly name: string; readonly seconds: number }[];
  readonly driverProblems: number;
}

/** A report is used for so many rounds, so that a round that comes late does not end the alerts of a process. */
const ROUNDS = 4;

/**
 * Loops and the queue driver are known to their process only. Each scheduler process stores its own report, and the one that evaluates
 * reads all: with its own report alone, two processes would open and end the same alert in turn.
 */
@Injectable()
export class ProcessReports {
  private readonly sql: SqlExecutor;
  private readonly process = `${hostname()}:${process.pid}`;

  constructor(
    pools: Pools,
    private readonly health: HealthService,
  ) {
    this.sql = executorOf(pools.api);
  }

  async store(): Promise<void> {
    const { loops, queue } = this.health.details();
    const lateLoops = loops.flatMap(({ name, late, stuck, latenessSeconds }) =>
      late || stuck ? [{ name, seconds: latenessSeconds }] : [],
    );
    const report: ProcessReport = { lateLoops, driverProblems: queue.problems.length };
    await this.sql.query(STORE_PROCESS_REPORT, [this.process, JSON.stringify(report)]);
  }

  async read(everySeconds: number): Promise<{ loop_late_seconds: Sample[]; queue_driver_problems: Sample[] }> {
    const rows = await this.sql.query<{ process: string; report: ProcessReport }>(SELECT_PROCESS_REPORTS, [ROUNDS * everySeconds]);
    return {
      loop_late_seconds: rows.flatMap(({ process, report }) =>
        report.lateLoops.map(({ name, seconds }) => ({ labels: { process, loop: name }, value: seconds })),
      ),
      queue_driver_problems: rows.map(({ process, report }) => ({ labels: { process }, value: report.driverProblems })),
    };
  }
}
