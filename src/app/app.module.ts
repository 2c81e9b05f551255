import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { HealthModule } from '../monitoring/health/health.module.ts';
import { MetricsModule } from '../monitoring/metrics/metrics.module.ts';
import type { Settings } from '../platform/config/settings.ts';
import { PlatformModule } from './platform.module.ts';
import { ApiRoleModule } from './roles/api.module.ts';
import { SchedulerRoleModule } from './roles/scheduler.module.ts';
import { WorkerRoleModule } from './roles/worker.module.ts';
import { TASK_MODULES } from './task-modules.ts';
import { TaskModulesCheckModule } from './task-modules-check.ts';

export type AppRole = Settings['appRoles'][number];

const ROLES: Readonly<Record<AppRole, Type>> = { api: ApiRoleModule, worker: WorkerRoleModule, scheduler: SchedulerRoleModule };

/** The application with the roles of this process. */
@Module({})
export class AppModule {
  static withRoles(roles: readonly AppRole[]): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule, HealthModule, MetricsModule, ...TASK_MODULES, TaskModulesCheckModule, ...roles.map((role) => ROLES[role])],
    };
  }
}
