import { Module } from '@nestjs/common';
import { MonitorModule } from '../monitoring/monitor/monitor.module.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { AlertService } from './alert.service.ts';
import { AlertsController } from './alerts.controller.ts';
import { AlertChannelService } from './channels/alert-channel.service.ts';
import { AlertChannelsController } from './channels/alert-channels.controller.ts';
import { AlertMetricsController } from './rules/alert-metrics.controller.ts';
import { AlertRuleService } from './rules/alert-rule.service.ts';
import { AlertRulesController } from './rules/alert-rules.controller.ts';

/** The HTTP API of alerts, for the api role. */
@Module({
  imports: [TasksModule, MonitorModule],
  providers: [AlertService, AlertRuleService, AlertChannelService],
  controllers: [AlertsController, AlertRulesController, AlertMetricsController, AlertChannelsController],
})
export class AlertsApiModule {}
