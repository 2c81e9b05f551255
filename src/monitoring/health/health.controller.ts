import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult, type HealthIndicatorResult } from '@nestjs/terminus';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { DatabaseProbe } from './database-probe.ts';
import { HealthReport } from './health.view.ts';

/** Probes for load balancers and Kubernetes. Liveness depends on nothing outside the process. Readiness never depends on Redis. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly draining: Draining,
    private readonly database: DatabaseProbe,
    private readonly queue: TaskQueue,
  ) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_checkLive', summary: 'Liveness: restart the process when it fails' })
  @ApiOkResponse({ type: HealthReport })
  live(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.indicator.check('process').up({ uptimeSeconds: Math.round(process.uptime()) })]);
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_checkReady', summary: 'Readiness: may the process get requests?' })
  @ApiOkResponse({ type: HealthReport })
  @ApiServiceUnavailableResponse({
    type: HealthReport,
    description: 'The process is shutting down, or its database has not accepted a write for 15 s.',
  })
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.accepting(), () => this.databaseUp(), () => this.queueState()]);
  }

  @Get('startup')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_checkStartup', summary: 'Startup: has the process started?' })
  @ApiOkResponse({ type: HealthReport })
  @ApiServiceUnavailableResponse({ type: HealthReport, description: 'Its database does not answer.' })
  startup(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.databaseUp()]);
  }

  private accepting(): HealthIndicatorResult {
    const check = this.indicator.check('accepting');
    return this.draining.active ? check.down({ message: 'shutting down' }) : check.up();
  }

  /** Never down, because tasks run without Redis. */
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
