import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { QueueService } from '../../tasks/queues/queue.service.ts';
import { StatsView, toStatsView } from './stats.view.ts';

/** For scripts that read the monitoring statistics of the predecessor content-creator at this path. */
@ApiTags('queues')
@Controller('api/stats')
export class StatsController {
  constructor(private readonly queues: QueueService) {}

  @Get()
  @RequirePermission('queues:read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'stats_get', summary: 'Waiting and running tasks, by queue and in total' })
  @ApiOkResponse({ type: StatsView })
  async get(): Promise<StatsView> {
    return toStatsView(await this.queues.list(), new Date());
  }
}
