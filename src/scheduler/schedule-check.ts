import { Injectable } from '@nestjs/common';
import { CronError } from '../core/schedule/cron.ts';
import { cronTimes, nextDue, type Timing } from '../core/schedule/trigger.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { validateParams } from '../tasks/definitions/validate-params.ts';
import { ParamsTemplateError, renderParams, scopeOf } from './params-template.ts';
import type { ScheduleFields } from './schedule.ts';

/** Rejects schedules that could not do their work. Every problem names its field. */
@Injectable()
export class ScheduleCheck {
  constructor(private readonly definitions: TaskDefinitionRegistry) {}

  /** @throws {ProblemError} 422 */
  checkTiming(timing: Timing, now: Date): void {
    const { trigger, startsAt, endsAt } = timing;
    if (trigger.type === 'cron') checkCron(trigger.expression);
    if (startsAt !== null && endsAt !== null && startsAt >= endsAt) throw invalid('/endsAt', 'ends_before_start', 'is not after startsAt');
    if (nextDue(timing, now) !== null) return;
    if (endsAt !== null && nextDue({ ...timing, endsAt: null }, now) !== null) throw neverFires('/endsAt', 'is before the first due time');
    if (trigger.type === 'once') throw neverFires('/trigger/at', 'has passed');
    if (trigger.type === 'slots') throw neverFires('/trigger/accountId', 'is an account without publishing slots');
    throw neverFires('/trigger/expression', 'has no date: its days do not exist in its months');
  }

  /** @throws {ProblemError} 422 for an unknown task, and for params that are no templates or do not fit the task. */
  checkTask({ name, taskName, timeZone, params }: ScheduleFields, dueAt: Date): void {
    const rendered = this.render(name, timeZone, params, dueAt);
    const definition = this.definitions.find(taskName);
    if (definition === undefined) throw this.unknownTask(taskName);
    validateParams(definition, rendered);
  }

  private render(name: string, timeZone: string, params: ScheduleFields['params'], dueAt: Date): Record<string, unknown> {
    try {
      return renderParams(params, scopeOf(name, timeZone, dueAt));
    } catch (error) {
      if (error instanceof ParamsTemplateError) throw invalid(error.pointer, 'invalid_template', `cannot be rendered: ${error.message}`);
      throw error;
    }
  }

  private unknownTask(taskName: string): ProblemError {
    try {
      this.definitions.get(taskName);
    } catch (error) {
      if (error instanceof ProblemError) return invalid('/taskName', error.code, 'is the name of no task', error.message);
    }
    return invalid('/taskName', 'unknown_task', 'is the name of no task');
  }
}

function checkCron(expression: string): void {
  try {
    cronTimes(expression);
  } catch (error) {
    if (error instanceof CronError) throw invalid('/trigger/expression', 'invalid_cron', error.message);
    throw error;
  }
}

function neverFires(pointer: string, problem: string): ProblemError {
  return invalid(pointer, 'never_fires', problem, `The schedule would never fire: ${pointer.slice(1).replace('/', '.')} ${problem}.`);
}

function invalid(pointer: string, code: string, problem: string, title?: string): ProblemError {
  const field = pointer.slice(1).replaceAll('/', '.');
  return ProblemError.unprocessable(code, title ?? `The schedule cannot be used: ${field} ${problem}.`, {
    errors: [{ pointer, code, detail: problem }],
  });
}
