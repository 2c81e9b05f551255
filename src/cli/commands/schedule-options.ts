import { type Command, Option } from 'commander';
import { MISFIRE_POLICIES } from '../../core/schedule/firing-plan.ts';
import { OVERLAP_POLICIES } from '../../core/schedule/overlap.ts';
import type { ApiClient } from '../api-client.ts';
import { usageError } from '../cli-error.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import { duration, instant, jsonObject, priority } from '../parsers.ts';

const SECONDS = 1_000;
const MINUTES = 60_000;

export interface ScheduleOptions {
  readonly name?: string;
  readonly cron?: string;
  readonly every?: number;
  readonly at?: string;
  readonly slots?: string;
  readonly lead?: number;
  readonly zone?: string;
  readonly params?: string;
  readonly priority?: number;
  readonly overlap?: string;
  readonly misfire?: string;
  readonly catchUp?: number;
  readonly jitter?: number;
  readonly starts?: string;
  readonly ends?: string;
}

/** The options that describe a schedule. */
export function addScheduleOptions(command: Command): Command {
  return command
    .option('--cron <expression>', '5 fields, or 6 with seconds first')
    .option('--every <duration>', 'such as 90s, 15m, 1d', duration)
    .option('--at <time>', 'once at this time', instant)
    .option('--slots <account>', 'at the publishing slots of an account (id or exact name)')
    .option('--lead <duration>', 'with --slots: so long before the slot, such as 90m', duration)
    .option('--zone <zone>', 'IANA time zone of the cron expression')
    .option('--params <json>', 'params of the task: {…}, @file.json or -')
    .option('--priority <priority>', '1 to 10, or low, medium, high, urgent', priority)
    .addOption(new Option('--overlap <policy>', 'while its last task has not ended').choices(OVERLAP_POLICIES))
    .addOption(new Option('--misfire <policy>', 'for due times that were missed').choices(MISFIRE_POLICIES))
    .option('--catch-up <duration>', 'older due times do not fire', duration)
    .option('--jitter <duration>', 'fire late by up to this', duration)
    .option('--starts <time>', 'no due time before it', instant)
    .option('--ends <time>', 'no due time at or after it', instant);
}

/** The members that were given, as the API takes them. */
export async function bodyOf({ api, terminal }: Invocation, options: ScheduleOptions, next: string): Promise<Record<string, unknown>> {
  const { cron, every, at, slots, lead, params, catchUp, jitter } = options;
  const triggers = [
    ...(cron === undefined ? [] : [{ type: 'cron', expression: cron }]),
    ...(every === undefined ? [] : [{ type: 'every', everyMs: every }]),
    ...(at === undefined ? [] : [{ type: 'once', at }]),
  ];
  const given = triggers.length + (slots === undefined ? 0 : 1);
  if (given > 1) throw usageError('Give one of --cron, --every, --at and --slots', next);
  if (lead !== undefined && slots === undefined) throw usageError('--lead needs --slots', next);
  return {
    name: options.name,
    trigger: slots === undefined ? triggers[0] : await slotsOf(api, slots, lead),
    timeZone: options.zone,
    params: params === undefined ? undefined : await jsonObject(params, terminal, next),
    priority: options.priority,
    overlap: options.overlap,
    misfire: options.misfire,
    catchUpSeconds: catchUp === undefined ? undefined : Math.round(catchUp / SECONDS),
    jitterSeconds: jitter === undefined ? undefined : Math.round(jitter / SECONDS),
    startsAt: options.starts,
    endsAt: options.ends,
  };
}

async function slotsOf(api: ApiClient, account: string, lead = 0): Promise<object> {
  return { type: 'slots', accountId: await accountIdOf(api, account), leadMinutes: Math.round(lead / MINUTES) };
}
