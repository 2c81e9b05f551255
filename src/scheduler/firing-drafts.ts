import { newId } from '../platform/ids/new-id.ts';
import { decideOverlap, type OverlapPolicy } from '../core/schedule/overlap.ts';
import { ProblemError } from '../platform/http/problem.ts';
import type { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { validateParams } from '../tasks/definitions/validate-params.ts';
import type { SubmitRequest } from '../tasks/service/new-task.ts';
import { ParamsTemplateError, renderParams, scopeOf } from './params-template.ts';
import type { FiringKind, NewFiring, Schedule } from './schedule.ts';
import { fireTimeOf } from './schedule-clock.ts';

/** A firing, and the task that it submits; null when it does not. */
export interface FiringDraft {
  readonly firing: NewFiring;
  readonly request: SubmitRequest | null;
}

export interface FiringDrafts {
  readonly drafts: readonly FiringDraft[];
  /** Tasks to cancel. */
  readonly cancel: readonly string[];
}

interface FiringOptions {
  readonly kind: FiringKind;
  /** Of the firing and of the task. */
  readonly actor: string;
  /** Unfinished tasks of the schedule, oldest first. */
  readonly live: readonly string[];
  /** Default: that of the schedule. */
  readonly overlap?: OverlapPolicy;
  readonly requestKey?: string | null;
}

const MAX_DETAIL = 500;

/** The text by which tasks and firings name a schedule as their author. */
export function actorOfSchedule({ name }: Pick<Schedule, 'name'>): string {
  return `schedule:${name}`;
}

/** Decides for each due time whether it fires, and prepares its task. */
export function draftFirings(
  definitions: TaskDefinitionRegistry,
  schedule: Schedule,
  dues: readonly Date[],
  { kind, actor, live, overlap = schedule.overlap, requestKey = null }: FiringOptions,
): FiringDrafts {
  const { fire, skipped, cancel } = decideOverlap(overlap, dues, live, newId);
  const common = { scheduleId: schedule.id, kind, actor, requestKey };
  const fired = fire.map(({ firing: dueAt, taskId, waitsFor }): FiringDraft => {
    const draft = { ...common, dueAt, ...(kind === 'due' && { fireAt: fireTimeOf(schedule, dueAt) }) };
    try {
      const request = requestOf(definitions, schedule, dueAt, { kind, actor, id: taskId, waitsFor });
      return { firing: { ...draft, outcome: 'fired', taskId, open: schedule.overlap !== 'allow' }, request };
    } catch (error) {
      return { firing: { ...draft, outcome: 'failed', ...reasonOf(error) }, request: null };
    }
  });
  const passed = skipped.map(
    ({ firing: dueAt, reason }): FiringDraft => ({ firing: { ...common, dueAt, outcome: 'skipped', reason }, request: null }),
  );
  return { drafts: [...fired, ...passed], cancel };
}

/** Why a firing failed, for its record. */
export function reasonOf(error: unknown): { reason: string; detail: string } {
  if (error instanceof ProblemError) return { reason: error.code, detail: error.message.slice(0, MAX_DETAIL) };
  if (error instanceof ParamsTemplateError)
    return { reason: 'invalid_template', detail: `${error.pointer}: ${error.message}`.slice(0, MAX_DETAIL) };
  return { reason: 'error', detail: (error instanceof Error ? error.message : String(error)).slice(0, MAX_DETAIL) };
}

function requestOf(
  definitions: TaskDefinitionRegistry,
  { name, taskName, timeZone, params, priority }: Schedule,
  dueAt: Date,
  { kind, actor, id, waitsFor }: { kind: FiringKind; actor: string; id: string; waitsFor: string | null },
): SubmitRequest {
  const rendered = renderParams(params, scopeOf(name, timeZone, dueAt));
  validateParams(definitions.get(taskName), rendered);
  return {
    id,
    name: taskName,
    params: rendered,
    ...(priority !== null && { priority }),
    ...(waitsFor !== null && { dependsOn: [waitsFor], onDependencyFailure: 'run' }),
    createdBy: actor,
    trigger: kind === 'run_now' ? 'manual' : 'schedule',
  };
}
