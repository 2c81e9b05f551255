import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult, type HealthIndicatorResult } from '@nestjs/terminus';
import { productVersion } from '../../platform/config/product-version.ts';
import { Settings } from '../../platform/config/settings.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import type { LoopState } from '../../platform/lifecycle/loop-record.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { DatabaseProbe, type DatabaseState } from './database-probe.ts';

/** What the ops port answers to GET /health. */
export interface HealthDetails {
  /** `degraded`: it works, but a loop is late or the queue has problems. `down`: it shuts down, or cannot use its database. */
  readonly status: 'ok' | 'degraded' | 'down';
  readonly process: { readonly pid: number; readonly uptimeSeconds: number; readonly version: string; readonly roles: readonly string[] };
  readonly draining: boolean;
  readonly database: DatabaseState;
  readonly queue: { readonly driver: string; readonly problems: readonly string[] };
  readonly loops: readonly LoopState[];
}

/** The state of this process. Every answer is made from memory. */
@Injectable()
export class HealthService {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly settings: Settings,
    private readonly draining: Draining,
    private readonly database: DatabaseProbe,
    private readonly queue: TaskQueue,
    private readonly loops: LoopRegistry,
  ) {}

  /** @throws {ServiceUnavailableException} never: it asks for nothing but the process. */
  live(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.process()]);
  }

  /** As `live`, and fails when a round of a loop hangs: only a restart ends it. @throws {ServiceUnavailableException} */
  liveWithLoops(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.process(), () => this.noLoopStuck()]);
  }

  /** @throws {ServiceUnavailableException} */
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.accepting(), () => this.databaseUp(), () => this.queueState()]);
  }

  /** @throws {ServiceUnavailableException} */
  startup(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.databaseUp()]);
  }

  details(): HealthDetails {
    const loops = this.loops.states();
    const database = this.database.state();
    const problems = this.queue.problems();
    const draining = this.draining.active;
    const degraded = problems.length > 0 || loops.some(({ late, stuck }) => late || stuck);
    return {
      status: draining || !database.up ? 'down' : degraded ? 'degraded' : 'ok',
      process: { pid: process.pid, uptimeSeconds: uptimeSeconds(), version: productVersion(), roles: this.settings.appRoles },
      draining,
      database,
      queue: { driver: this.queue.driver, problems },
      loops,
    };
  }

  private process(): HealthIndicatorResult {
    return this.indicator.check('process').up({ uptimeSeconds: uptimeSeconds() });
  }

  private noLoopStuck(): HealthIndicatorResult {
    const stuck = this.loops.states().flatMap((loop) => (loop.stuck ? [loop.name] : []));
    const check = this.indicator.check('loops');
    return stuck.length > 0 ? check.down({ stuck }) : check.up();
  }

  private accepting(): HealthIndicatorResult {
    const check = this.indicator.check('accepting');
    return this.draining.active ? check.down({ message: 'shutting down' }) : check.up();
  }

  /** Never down: tasks run without Redis. */
  private queueState(): HealthIndicatorResult {
    const problems = this.queue.problems();
    return this.indicator.check('queue').up({ driver: this.queue.driver, degraded: problems.length > 0, problems });
  }

  private databaseUp(): HealthIndicatorResult {
    const { up, ...facts } = this.database.state();
    const check = this.indicator.check('database');
    return up ? check.up(facts) : check.down(facts);
  }
}

const uptimeSeconds = (): number => Math.round(process.uptime());

/** The report of a check that passed or failed, with its HTTP status. */
export async function statusOf(check: Promise<HealthCheckResult>): Promise<{ status: 200 | 503; body: unknown }> {
  try {
    return { status: 200, body: await check };
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    return { status: 503, body: error.getResponse() };
  }
}
