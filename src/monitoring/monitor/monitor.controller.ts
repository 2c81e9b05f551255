import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { toExecutionView } from '../../tasks/executions/execution.view.ts';
import { AsyncTaskMonitor } from './async-task-monitor.ts';
import { FailuresQuery, LimitQuery, StatisticsQuery } from './monitor.dto.ts';
import { ThroughputQuery, toThroughputFilter } from './throughput.dto.ts';
import {
  DaysView,
  FailureGroupsView,
  MonitorHealthView,
  MonitorMetricsView,
  PendingView,
  RecentView,
  ThroughputView,
} from './monitor.view.ts';

const SECONDS_PER_HOUR = 3_600;

/** The task monitor: what runs, waits and fails. */
@ApiTags('monitor')
@RequirePermission('queues:read')
@Controller('monitor')
export class MonitorController {
  constructor(private readonly monitor: AsyncTaskMonitor) {}

  @Get('metrics')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'monitor_getMetrics', summary: 'Live tasks, workers, and the numbers of today and of a week' })
  @ApiOkResponse({ type: MonitorMetricsView })
  metrics(): Promise<MonitorMetricsView> {
    return this.monitor.metrics();
  }

  @Get('recent')
  @ApiOperation({ operationId: 'monitor_listRecent', summary: 'The newest executions of all names' })
  @ApiOkResponse({ type: RecentView })
  async recent(@Query() { limit }: LimitQuery): Promise<RecentView> {
    return { items: (await this.monitor.recent(limit)).map(toExecutionView) };
  }

  @Get('failed')
  @ApiOperation({ operationId: 'monitor_listFailures', summary: 'Failed executions, grouped by the fingerprint of their cause' })
  @ApiOkResponse({ type: FailureGroupsView })
  async failed(@Query() { hours, taskName, limit }: FailuresQuery): Promise<FailureGroupsView> {
    return { items: await this.monitor.failures(hours * SECONDS_PER_HOUR, taskName, limit) };
  }

  @Get('pending')
  @ApiOperation({ operationId: 'monitor_listPending', summary: 'Executions that have not started, the longest waiting first' })
  @ApiOkResponse({ type: PendingView })
  async pending(@Query() { limit }: LimitQuery): Promise<PendingView> {
    return { items: await this.monitor.pending(limit) };
  }

  @Get('stats')
  @ApiOperation({ operationId: 'monitor_getStatistics', summary: 'Statistics of days, which outlive the executions' })
  @ApiOkResponse({ type: DaysView })
  async stats(@Query() { days, taskName }: StatisticsQuery): Promise<DaysView> {
    return { items: await this.monitor.days(days, taskName) };
  }

  @Get('throughput')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'monitor_getThroughput', summary: 'Submitted and ended executions in buckets of time, of at most 31 days' })
  @ApiOkResponse({ type: ThroughputView })
  async throughput(@Query() query: ThroughputQuery): Promise<ThroughputView> {
    const filter = toThroughputFilter(query, new Date());
    const { since, until, stepSeconds } = filter;
    return { since, until, stepSeconds, items: await this.monitor.throughput(filter) };
  }

  @Get('health')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'monitor_getHealth', summary: 'Failure rate, timeout rate and backlog against their thresholds' })
  @ApiOkResponse({ type: MonitorHealthView })
  async health(): Promise<MonitorHealthView> {
    const { problems, ...health } = await this.monitor.health();
    return { ...health, problems: [...problems] };
  }
}
