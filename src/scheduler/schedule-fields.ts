import type { Trigger } from '../core/schedule/trigger.ts';
import { ProblemError } from '../platform/http/problem.ts';
import type { ScheduleFields } from './schedule.ts';
import { type CreateScheduleBody, DEFAULT_CATCH_UP_SECONDS, type TriggerDto, type UpdateScheduleBody } from './schedule.dto.ts';

const MEMBERS: Readonly<Record<Trigger['type'], readonly string[]>> = {
  cron: ['expression'],
  every: ['everyMs', 'anchorAt'],
  once: ['at'],
  slots: ['accountId', 'leadMinutes'],
};

/** What a body describes, with the defaults. */
export function toFields(body: CreateScheduleBody, now: Date): ScheduleFields {
  const startsAt = toDate(body.startsAt);
  rejectZone(body.trigger.type, body.timeZone);
  return {
    name: body.name,
    taskName: body.taskName,
    params: body.params ?? {},
    priority: body.priority ?? null,
    trigger: toTrigger(body.trigger, startsAt ?? now),
    timeZone: body.timeZone ?? 'UTC',
    overlap: body.overlap ?? 'skip',
    misfire: body.misfire ?? 'last',
    catchUpSeconds: body.catchUpSeconds ?? DEFAULT_CATCH_UP_SECONDS,
    jitterSeconds: body.jitterSeconds ?? 0,
    startsAt,
    endsAt: toDate(body.endsAt),
  };
}

/** The given members. An anchor that is not given stays. */
export function toChanges(body: UpdateScheduleBody, { trigger }: ScheduleFields, now: Date): Partial<ScheduleFields> {
  const { trigger: given, startsAt, endsAt, ...rest } = body;
  rejectZone(given?.type ?? trigger.type, rest.timeZone);
  const anchor = trigger.type === 'every' ? new Date(trigger.anchorAt) : now;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...(given !== undefined && { trigger: toTrigger(given, anchor) }),
    ...(startsAt !== undefined && { startsAt: toDate(startsAt) }),
    ...(endsAt !== undefined && { endsAt: toDate(endsAt) }),
  };
}

function toTrigger(trigger: TriggerDto, anchor: Date): Trigger {
  const { type, expression = '', everyMs = 0, anchorAt, at = '', accountId = '', leadMinutes = 0 } = trigger;
  const extra = Object.entries(trigger).find(([name, value]) => value !== undefined && name !== 'type' && !MEMBERS[type].includes(name));
  if (extra) throw unexpected(extra[0], type);
  switch (type) {
    case 'cron':
      return { type, expression: expression.trim() };
    case 'every':
      return { type, everyMs, anchorAt: anchorAt === undefined ? anchor.toISOString() : new Date(anchorAt).toISOString() };
    case 'slots':
      return { type, accountId: accountId.toLowerCase(), leadMinutes, slots: [], blackoutDays: [] };
    default:
      return { type, at: new Date(at).toISOString() };
  }
}

function toDate(text: string | null | undefined): Date | null {
  return text === undefined || text === null ? null : new Date(text);
}

function rejectZone(type: string, timeZone: string | undefined): void {
  if (type !== 'slots' || timeZone === undefined) return;
  const detail = 'is that of the account for a trigger of type slots: leave it out';
  throw ProblemError.unprocessable('invalid_body', `The request body is not valid: timeZone ${detail}.`, {
    errors: [{ pointer: '/timeZone', code: 'unexpected_member', detail }],
  });
}

function unexpected(member: string, type: string): ProblemError {
  const detail = `is not a member of a trigger of type ${type}`;
  return ProblemError.unprocessable('invalid_body', `The request body is not valid: trigger.${member} ${detail}.`, {
    errors: [{ pointer: `/trigger/${member}`, code: 'unexpected_member', detail }],
  });
}
