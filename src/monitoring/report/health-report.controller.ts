import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inChinese } from '../../core/monitoring/zh-health-checks.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { negotiateLanguage } from '../../platform/http/language/request-language.ts';
import { HealthReportService } from './health-report.service.ts';
import { FullHealthReport } from './health-report.view.ts';

/** For operators. Probes use /health/ready, which does not fail when something is degraded. */
@ApiTags('monitor')
@Controller('monitor')
export class HealthReportController {
  constructor(private readonly health: HealthReportService) {}

  @Get('report')
  @RequirePermission('queues:read')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'monitor_getReport',
    summary: 'Named checks of the process and of the installation: since when, and what to do',
  })
  @ApiOkResponse({ type: FullHealthReport, ...withHeaders('Content-Language') })
  report(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): FullHealthReport {
    const { checks, ...report } = this.health.report();
    return { ...report, checks: negotiateLanguage(request, reply) === 'zh' ? checks.map(inChinese) : [...checks] };
  }
}
