import { Injectable } from '@nestjs/common';
import { DispatchSettings, type PausedDefinition, type Strategies } from '../../engine/dispatch/dispatch-settings.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';

/** Pauses definitions, and sets the dispatch strategies of queues. */
@Injectable()
export class DispatchService {
  constructor(
    private readonly settings: DispatchSettings,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly logger: Logger,
  ) {}

  paused(): Promise<PausedDefinition[]> {
    return this.settings.pausedDefinitions();
  }

  /** No process starts tasks of this name any more; running tasks continue. @throws {ProblemError} 404 */
  async pause(name: string, actor: string): Promise<PausedDefinition> {
    this.definitions.get(name);
    await this.settings.pauseDefinition(name, actor);
    this.logger.info({ task: name, actor }, 'definition paused');
    const found = (await this.paused()).find((one) => one.name === name);
    return found ?? this.pause(name, actor); // resumed between the two statements
  }

  /** @throws {ProblemError} 404 */
  async resume(name: string, actor: string): Promise<void> {
    this.definitions.get(name);
    await this.settings.resumeDefinition(name);
    this.logger.info({ task: name, actor }, 'definition resumed');
  }

  /** Applies from the next claim on. */
  choose(queue: string, strategies: Partial<Strategies>): Promise<Strategies> {
    return this.settings.setStrategies(queue, strategies);
  }
}
