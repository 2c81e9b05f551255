import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { OnTaskResult, type TaskResultHandlerOf } from './on-task-result.decorator.ts';

/** Which tasks have effects. Start fails when two providers claim the same name. */
@Injectable()
export class ResultHandlerRegistry implements OnModuleInit {
  private readonly handlers = new Map<string, TaskResultHandlerOf>();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: OnTaskResult.KEY })) {
      const name = this.discovery.getMetadataByDecorator(OnTaskResult, wrapper);
      if (name) this.register(name, wrapper.instance as TaskResultHandlerOf);
    }
  }

  register(name: string, handler: TaskResultHandlerOf): void {
    if (this.handlers.has(name)) throw new Error(`two result handlers for the task "${name}"`);
    this.handlers.set(name, handler);
  }

  find(name: string): TaskResultHandlerOf | undefined {
    return this.handlers.get(name);
  }
}
