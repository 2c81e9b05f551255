import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { OnTaskResult, type TaskResultHandlerOf } from './on-task-result.decorator.ts';

/**
 * The result handlers by task name. The start fails when two providers have the same name, or one names a task that
 * does not exist.
 */
@Injectable()
export class ResultHandlerRegistry implements OnModuleInit, OnApplicationBootstrap {
  private readonly handlers = new Map<string, TaskResultHandlerOf>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly definitions: TaskDefinitionRegistry,
  ) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: OnTaskResult.KEY })) {
      const name = this.discovery.getMetadataByDecorator(OnTaskResult, wrapper);
      if (name) this.register(name, wrapper.instance as TaskResultHandlerOf);
    }
  }

  onApplicationBootstrap(): void {
    for (const [name, { constructor }] of this.handlers) {
      if (this.definitions.find(name)) continue;
      throw new ConfigurationError(
        `${constructor.name} is marked @OnTaskResult('${name}'), but there is no task of this name. Correct it.`,
      );
    }
  }

  register(name: string, handler: TaskResultHandlerOf): void {
    if (this.handlers.has(name)) throw new ConfigurationError(`Two result handlers are marked @OnTaskResult('${name}'). Keep one.`);
    this.handlers.set(name, handler);
  }

  find(name: string): TaskResultHandlerOf | undefined {
    return this.handlers.get(name);
  }
}
