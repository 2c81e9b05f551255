import { Controller, Get, Header, HttpException, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult, type HealthIndicatorFunction, type HealthIndicatorResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../../platform/auth/access.decorator.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import { DatabaseProbe } from './database-probe.ts';

/** For load balancers and Kubernetes. Liveness asks for nothing outside the process, readiness never for Redis. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly draining: Draining,
    private readonly database: DatabaseProbe,
  ) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_live', summary: 'Is the process alive? Else restart it' })
  @ApiOkResponse()
  live(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return this.run(reply, [() => this.indicator.check('process').up({ uptimeSeconds: Math.round(process.uptime()) })]);
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_ready', summary: 'May it get requests?' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse({ description: 'It shuts down, or its database has not answered for 15 s.' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return this.run(reply, [() => this.accepting(), () => this.databaseUp()]);
  }

  @Get('startup')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_startup', summary: 'Has it started?' })
  @ApiOkResponse()
  startup(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return this.run(reply, [() => this.databaseUp()]);
  }

  private accepting(): HealthIndicatorResult {
    const check = this.indicator.check('accepting');
    return this.draining.active ? check.down({ message: 'shutting down' }) : check.up();
  }

  private databaseUp(): HealthIndicatorResult {
    const { up, ...facts } = this.database.state();
    const check = this.indicator.check('database');
    return up ? check.up(facts) : check.down(facts);
  }

  /** A failed check is an answer, not a problem: 503 with the same shape. */
  private async run(reply: FastifyReply, checks: HealthIndicatorFunction[]): Promise<HealthCheckResult> {
    try {
      return await this.checks.check(checks);
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      void reply.status(error.getStatus());
      return error.getResponse() as HealthCheckResult;
    }
  }
}
