import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.ts';
import { DatabaseClient } from './database-client.ts';
import { FailureLog } from './failure-log.ts';
import { Notifications } from './notifications.ts';
import { OutageLog } from './outage-log.ts';
import { BOUNDS, Pools } from './pools.ts';

function urlOf(settings: Settings): string {
  if (!settings.databaseUrl)
    throw new Error('no DATABASE_URL: start with "npm start", which brings its own PostgreSQL, or set DATABASE_URL');
  return settings.databaseUrl;
}

/** Ends the connections last: whoever drains still needs them. */
@Injectable()
class DatabaseShutdown implements OnApplicationShutdown {
  constructor(
    @Inject(Pools) private readonly pools: Pools,
    @Inject(Notifications) private readonly notifications: Notifications,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.stop();
    await this.pools.close();
  }
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        type: 'postgres',
        url: urlOf(settings),
        autoLoadEntities: true,
        poolSize: settings.databasePoolSize,
        extra: { ...BOUNDS, Client: DatabaseClient, application_name: 'contenthub-orm' },
        poolErrorHandler: () => undefined,
        retryAttempts: 3,
        retryDelay: 500,
      }),
    }),
  ],
  providers: [
    {
      provide: Pools,
      inject: [Settings],
      useFactory: (settings: Settings) => new Pools({ url: urlOf(settings), apiSize: settings.databasePoolSize }),
    },
    {
      provide: Notifications,
      inject: [Pools],
      useFactory: async (pools: Pools) => {
        const notifications = new Notifications(pools);
        await notifications.start();
        return notifications;
      },
    },
    OutageLog,
    FailureLog,
    DatabaseShutdown,
  ],
  exports: [Pools, Notifications, OutageLog, FailureLog],
})
export class DatabaseModule {}
