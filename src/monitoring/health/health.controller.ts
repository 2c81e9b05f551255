import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { HealthService } from './health.service.ts';
import { HealthReport } from './health.view.ts';

/** Probes for load balancers. Liveness depends on nothing outside the process. Readiness never depends on Redis. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_checkLive', summary: 'Liveness: restart the process when it fails' })
  @ApiOkResponse({ type: HealthReport })
  live(): Promise<HealthCheckResult> {
    return this.health.live();
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
    return this.health.ready();
  }

  @Get('startup')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'health_checkStartup', summary: 'Startup: has the process started?' })
  @ApiOkResponse({ type: HealthReport })
  @ApiServiceUnavailableResponse({ type: HealthReport, description: 'Its database does not answer.' })
  startup(): Promise<HealthCheckResult> {
    return this.health.startup();
  }
}
