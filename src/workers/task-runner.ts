import { Inject, Injectable } from '@nestjs/common';
import { classify, TaskFailure } from '../core/task/failure.ts';
import { type Outcome, toOutcome } from '../core/task/outcome.ts';
import type { ClaimedTask } from '../core/task/task.ts';
import { ResultService } from '../results/result.service.ts';
import { type TaskDefinition, TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { validateParams } from '../tasks/definitions/validate-params.ts';
import { Attempt, type AttemptPorts, Stopped } from './attempt.ts';
import { ATTEMPT_PORTS } from './attempt-ports.ts';

/** Runs one claimed task to its settled end. Never throws. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly results: ResultService,
    @Inject(ATTEMPT_PORTS) private readonly ports: AttemptPorts,
  ) {}

  begin(task: ClaimedTask): Attempt {
    return new Attempt(task, this.ports);
  }

  async run(attempt: Attempt): Promise<void> {
    const definition = this.definitions.find(attempt.name);
    if (!definition) return this.results.release(attempt.task); // another process may know this name
    const timer = setTimeout(() => attempt.stop('timed_out'), attempt.task.timeoutMs);
    try {
      const outcome = await this.execute(definition, attempt);
      await attempt.flush();
      await this.results.settle(attempt.task, outcome);
    } catch (error) {
      await attempt.flush();
      await this.settleStopped(attempt, error);
    } finally {
      clearTimeout(timer);
    }
  }

  private async execute(definition: TaskDefinition, attempt: Attempt): Promise<Outcome> {
    attempt.params = this.paramsOf(definition, attempt.task);
    return toOutcome(await attempt.orAbandoned(definition.handler.handle(attempt)));
  }

  /** Validated again: the definition may have changed since the task was accepted. */
  private paramsOf(definition: TaskDefinition, task: ClaimedTask): unknown {
    try {
      return validateParams(definition, task.params);
    } catch (error) {
      throw new TaskFailure('invalid_input', error instanceof Error ? error.message : String(error), 'invalid_params', null, {
        cause: error,
      });
    }
  }

  private settleStopped(attempt: Attempt, error: unknown): Promise<void> {
    switch (attempt.stopReason) {
      case 'cancelled':
      case 'lease_lost':
        return Promise.resolve(); // the database has decided already
      case 'draining':
        return this.results.release(attempt.task);
      case 'timed_out':
        return this.results.settleTimeout(attempt.task);
      default:
        return error instanceof Stopped ? Promise.resolve() : this.results.settleFailure(attempt.task, classify(error), error);
    }
  }
}
