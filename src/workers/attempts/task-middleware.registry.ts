import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Failure } from '../../core/task/failure.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { TaskMiddleware, type TaskMiddlewareOf, type TaskMiddlewareOptions } from './task-middleware.ts';

type Registered = Required<TaskMiddlewareOptions> & { readonly middleware: TaskMiddlewareOf };

/**
 * Middleware of this process, in order. The start fails for a duplicate name, or when a definition names one that does
 * not exist.
 */
@Injectable()
export class TaskMiddlewareRegistry implements OnModuleInit, OnApplicationBootstrap {
  private readonly registered = new Map<string, Registered>();
  private readonly chains = new Map<string, readonly TaskMiddlewareOf[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly definitions: TaskDefinitionRegistry,
  ) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: TaskMiddleware.KEY })) {
      const options = this.discovery.getMetadataByDecorator(TaskMiddleware, wrapper);
      if (options) this.register(options, wrapper.instance as TaskMiddlewareOf);
    }
  }

  onApplicationBootstrap(): void {
    for (const { name, middleware } of this.definitions.all()) {
      const unknown = middleware.find((wanted) => !this.registered.has(wanted));
      if (unknown !== undefined) throw new ConfigurationError(`the task "${name}" names the middleware "${unknown}", which does not exist`);
    }
  }

  register({ name, global = false, order = 0 }: TaskMiddlewareOptions, middleware: TaskMiddlewareOf): void {
    if (this.registered.has(name)) throw new ConfigurationError(`two middlewares are named "${name}"`);
    this.registered.set(name, { name, global, order, middleware });
    this.chains.clear();
  }

  async before(context: TaskContext): Promise<void> {
    for (const middleware of this.chainOf(context.name)) await middleware.before?.(context);
  }

  async after(context: TaskContext, result: unknown): Promise<void> {
    for (const middleware of this.chainOf(context.name).toReversed()) await middleware.after?.(context, result);
  }

  async error(context: TaskContext, failure: Failure): Promise<void> {
    for (const middleware of this.chainOf(context.name).toReversed()) {
      try {
        await middleware.error?.(context, failure);
      } catch (error) {
        context.log.warn(`error middleware failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  private chainOf(taskName: string): readonly TaskMiddlewareOf[] {
    const known = this.chains.get(taskName);
    if (known) return known;
    const wanted = new Set(this.definitions.find(taskName)?.middleware);
    const chain = [...this.registered.values()]
      .filter(({ name, global }) => global || wanted.has(name))
      .sort((a, b) => a.order - b.order)
      .map(({ middleware }) => middleware);
    this.chains.set(taskName, chain);
    return chain;
  }
}
