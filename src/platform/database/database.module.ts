import { Global, Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.ts';
import { LoopRegistry } from '../lifecycle/loop-registry.ts';
import { Logger } from '../telemetry/logger.ts';
import { addressOf } from './address.ts';
import { warnOfConnections } from './connection-limit.ts';
import { connectionPlan, sumOf } from './connection-plan.ts';
import { driverOver } from './entity-pool.ts';
import { FailureLog } from './failure-log.ts';
import { Notifications } from './notifications.ts';
import { OutageLog } from './outage-log.ts';
import { Pools } from './pools.ts';
import { inspectSessions } from './session-probe.ts';
import { retryTransient } from './transient.ts';

/** How long a start waits for a database that restarts. */
const START_MS = 2_000;

async function openPools(settings: Settings): Promise<Pools> {
  const address = addressOf(settings);
  const { keepsSessions } = await retryTransient({ forMs: START_MS }, () => inspectSessions(address));
  const { api, engine } = connectionPlan(settings);
  return new Pools({ ...address, keepsSessions, apiSize: api, engineSize: engine });
}

/** Ends the connections last, because draining needs them. */
@Injectable()
class DatabaseLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(Pools) private readonly pools: Pools,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // A pooler has its own limit and opens fewer connections than it accepts.
    if (this.pools.keepsSessions) await warnOfConnections(this.pools.engine, sumOf(connectionPlan(this.settings)), this.logger);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.stop();
    await this.pools.close();
  }
}

/** A separate module, because TypeORM is configured with one of its pools. */
@Module({ providers: [{ provide: Pools, inject: [Settings], useFactory: openPools }], exports: [Pools] })
class PoolsModule {}

@Global()
@Module({
  imports: [
    PoolsModule,
    TypeOrmModule.forRootAsync({
      imports: [PoolsModule],
      inject: [Pools],
      useFactory: (pools: Pools) => ({
        type: 'postgres',
        driver: driverOver(pools.api),
        autoLoadEntities: true,
        retryAttempts: 3,
        retryDelay: 500,
      }),
    }),
  ],
  providers: [
    {
      provide: Notifications,
      inject: [Pools, LoopRegistry],
      useFactory: async (pools: Pools, loops: LoopRegistry) => {
        const notifications = new Notifications(pools);
        loops.add(notifications.record);
        await notifications.start();
        return notifications;
      },
    },
    OutageLog,
    FailureLog,
    DatabaseLifecycle,
  ],
  exports: [PoolsModule, Notifications, OutageLog, FailureLog],
})
export class DatabaseModule {}
