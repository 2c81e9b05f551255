import { Module } from '@nestjs/common';
import { DiscoveryModule, LazyModuleLoader } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { Settings } from '../platform/config/settings.ts';
import { Notifications } from '../platform/database/notifications.ts';
import { Pools } from '../platform/database/pools.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { ClaimSource, TaskQueue } from '../queue/task-queue.ts';
import { TaskQueueFactory } from '../queue/task-queue.factory.ts';
import { BulkOperationStore } from './bulk/bulk-operation-store.ts';
import { TaskLogReader } from './logs/task-log-reader.ts';
import { StopNotifier } from './stop-notifier.ts';
import { TaskLogWriter } from './logs/task-log-writer.ts';
import { ThrottledQueues } from './dispatch/throttled-queues.ts';
import { EagerClaims } from './dispatch/eager-claims.ts';
import { LimitStore } from './dispatch/limit-store.ts';
import { LimitLedger } from './dispatch/limit-ledger.ts';
import { QuarantineClaims } from './dispatch/quarantine-claims.ts';
import { ReadyGroupsReader } from './dispatch/ready-groups-reader.ts';
import { TaskClaims } from './dispatch/task-claims.ts';
import { ProgressWriter } from './progress-writer.ts';
import { BatchStore } from './batches/batch-store.ts';
import { PageReceiptStore } from './bulk/page-receipt-store.ts';
import { DispatchSettings } from './dispatch/dispatch-settings.ts';
import { DailyStatisticsStore } from './inspection/daily-statistics-store.ts';
import { HistoryReader } from './inspection/history-reader.ts';
import { MonitorReader } from './inspection/monitor-reader.ts';
import { RunStatistics } from './inspection/run-statistics.ts';
import { StatusCounts } from './inspection/status-counts.ts';
import { TransitionFeedReader } from './inspection/transition-feed-reader.ts';
import { WaitingReader } from './inspection/waiting-reader.ts';
import { RetentionService } from './maintenance/retention.service.ts';
import { OnlineAgents } from './queues/online-agents.ts';
import { QueueStore } from './queues/queue-store.ts';
import { StepStore } from './step-store.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import { AttemptStore } from './attempt-store.ts';
import { MaintenanceStore } from './maintenance/maintenance-store.ts';
import { TaskControlStore } from './task-control-store.ts';
import { TaskMetrics } from './task-metrics.ts';
import { TaskStore } from './task-store.ts';
import { WorkerIdentity } from './worker-identity.ts';

/** The services for other layers. */
const SERVICES = [
  TaskMetrics,
  TaskChangeNotifier,
  ThrottledQueues,
  TaskClaims,
  EagerClaims,
  QuarantineClaims,
  LimitStore,
  TaskStore,
  AttemptStore,
  TaskControlStore,
  MaintenanceStore,
  TaskLogWriter,
  TaskLogReader,
  StepStore,
  ProgressWriter,
  QueueStore,
  RetentionService,
  DispatchSettings,
  BatchStore,
  PageReceiptStore,
  BulkOperationStore,
  StopNotifier,
  WaitingReader,
  HistoryReader,
  TransitionFeedReader,
  MonitorReader,
  DailyStatisticsStore,
  StatusCounts,
  RunStatistics,
];

/** Owner of the task rows: their statements, claims, leases, limits, logs and steps. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    ...SERVICES,
    LimitLedger,
    OnlineAgents,
    ReadyGroupsReader,
    {
      provide: WorkerIdentity,
      inject: [Settings],
      useFactory: (settings: Settings) => new WorkerIdentity(settings.contenthubBootId ?? randomUUID()),
    },
    { provide: ClaimSource, useExisting: TaskClaims },
    {
      provide: TaskQueue,
      inject: [Settings, ClaimSource, Notifications, Pools, Logger, LazyModuleLoader],
      useFactory: (
        settings: Settings,
        source: ClaimSource,
        notifications: Notifications,
        pools: Pools,
        logger: Logger,
        modules: LazyModuleLoader,
      ) => TaskQueueFactory.create({ settings, source, notifications, pools, logger, modules }),
    },
  ],
  exports: [...SERVICES, WorkerIdentity, TaskQueue],
})
export class EngineModule {}
