import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { MetricList, toMetricList } from './alert-rule.dto.ts';

@ApiTags('alerts')
@Controller('alert-metrics')
export class AlertMetricsController {
  @Get()
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alertMetrics_list', summary: 'The measures that a rule can watch' })
  @ApiOkResponse({ type: MetricList })
  list(): MetricList {
    return toMetricList();
  }
}
