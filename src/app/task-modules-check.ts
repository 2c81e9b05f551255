import { Inject, Injectable, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { OnTaskResult } from '../results/on-task-result.decorator.ts';
import { TaskHandler } from '../tasks/definitions/task-handler.decorator.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { TaskMiddleware } from '../workers/attempts/task-middleware.ts';
import { PlatformModule } from './platform.module.ts';
import { TASK_MODULES } from './task-modules.ts';

const MARKS = [TaskHandler.KEY, OnTaskResult.KEY, TaskMiddleware.KEY];
/** Modules that every process loads. */
const ALWAYS_LOADED: readonly Type[] = [PlatformModule, TasksModule];
type HostModule = ModulesContainer extends Map<string, infer M> ? M : never;

/** Prevents the start when this process knows a task provider that processes of other roles would not load. */
@Injectable()
class TaskModulesCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  onModuleInit(): void {
    const everywhere = this.withImports([...TASK_MODULES, ...ALWAYS_LOADED]);
    for (const metadataKey of MARKS) {
      for (const { name, host } of this.discovery.getProviders({ metadataKey })) {
        if (host === undefined || everywhere.has(host)) continue;
        throw new ConfigurationError(
          `${String(name)} is provided by ${host.name}, which TASK_MODULES does not list: only some processes would load it. ` +
            `Add ${host.name} to TASK_MODULES in src/app/task-modules.ts and remove it from the imports of single roles.`,
        );
      }
    }
  }

  private withImports(types: readonly Type[]): Set<HostModule> {
    const found = new Set<HostModule>();
    const add = (module: HostModule): void => {
      if (found.has(module)) return;
      found.add(module);
      for (const imported of module.imports) add(imported);
    };
    for (const module of this.modules.values()) if (types.includes(module.metatype)) add(module);
    return found;
  }
}

@Module({ imports: [DiscoveryModule], providers: [TaskModulesCheck] })
export class TaskModulesCheckModule {}
