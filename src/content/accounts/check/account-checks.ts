import type { ChannelProbe } from '../../../channels/channel.ts';
import type { CreatorHealth } from '../../../creators/creator.ts';
import type { AccountStatus } from '../account.entity.ts';

export const ACCOUNT_CHECK_STATUSES = ['ok', 'warn', 'fail'] as const;

/** `fail`: a content of the account would fail there. `warn`: it works, but probably not as intended. */
export interface AccountCheck {
  readonly name: string;
  readonly status: (typeof ACCOUNT_CHECK_STATUSES)[number];
  readonly detail: string;
  /** What to do; null for `ok`. */
  readonly remedy: string | null;
}

export interface AccountFacts {
  readonly status: AccountStatus;
  readonly creator: string;
  /** Undefined for an unknown creator. */
  readonly creatorHealth: CreatorHealth | undefined;
  readonly knownCreators: readonly string[];
  /** What the creator does not accept of the stored options, as sentences. */
  readonly optionFaults: readonly string[];
  readonly channels: readonly { readonly name: string; readonly enabled: boolean; readonly probe: ChannelProbe | null }[];
  readonly publishing: {
    readonly paused: boolean;
    readonly autoPublish: boolean;
    /** The next slot as a local time of the account; null when its rules leave none within a year. */
    readonly nextSlot: string | null;
  };
  /** `fault`: why it cannot be read; null when it was read. */
  readonly sources: readonly { readonly label: string; readonly fault: string | null }[];
}

const ok = (name: string, detail: string): AccountCheck => ({ name, status: 'ok', detail, remedy: null });
const warn = (name: string, detail: string, remedy: string): AccountCheck => ({ name, status: 'warn', detail, remedy });
const fail = (name: string, detail: string, remedy: string): AccountCheck => ({ name, status: 'fail', detail, remedy });

/** In processing order: creator, sources, channels, publishing. */
export function accountChecks(facts: AccountFacts): AccountCheck[] {
  return [statusCheck(facts), ...creatorChecks(facts), ...sourceChecks(facts), ...channelChecks(facts), ...publishingChecks(facts)];
}

function statusCheck({ status }: AccountFacts): AccountCheck {
  if (status === 'active') return ok('account.status', 'active');
  if (status === 'paused')
    return warn('account.status', 'paused: schedules request no contents', 'set its status to active when the reason is gone');
  return fail('account.status', 'archived: requests are rejected', 'set its status to active, or use another account');
}

function creatorChecks({ creator, creatorHealth, knownCreators, optionFaults }: AccountFacts): AccountCheck[] {
  if (creatorHealth === undefined)
    return [fail('creator.known', `there is no creator "${creator}"`, `choose one of ${knownCreators.join(', ')}`)];
  return [
    ok('creator.known', creator),
    optionFaults.length > 0
      ? fail('creator.options', optionFaults.join('; '), 'correct creatorOptions; GET /creators shows the schema')
      : ok('creator.options', 'the creator accepts them'),
    creatorHealth.usable
      ? ok('creator.usable', creatorHealth.detail ?? 'it can be used now')
      : fail('creator.usable', creatorHealth.detail, 'configure or repair the creator: contenthub creator list --refresh'),
  ];
}

function sourceChecks({ sources }: AccountFacts): AccountCheck[] {
  if (sources.length === 0)
    return [warn('sources.configured', 'the account has no sources', 'add sources, or write only with creators that need none')];
  return sources.map(({ label, fault }, index) => {
    const name = `sources.${index + 1}`;
    return fault === null ? ok(name, `"${label}" can be read`) : fail(name, fault, `correct or remove the source "${label}"`);
  });
}

function channelChecks({ channels }: AccountFacts): AccountCheck[] {
  if (!channels.some(({ enabled }) => enabled))
    return [warn('channels.enabled', 'no channel is enabled, so nothing can be published', 'add one: POST /accounts/{id}/channels')];
  return channels.map(({ name, probe }) => {
    const check = `channels.${name}`;
    if (probe === null) return ok(check, 'disabled: nothing is sent to it');
    if (probe.usable) return ok(check, probe.identity === null ? 'it can be used now' : `it can be used now as ${probe.identity}`);
    const faults = probe.problems.map(({ pointer, detail }) => (pointer === null ? detail : `${pointer}: ${detail}`));
    return fail(check, faults.join(' ') || 'it cannot be used', 'correct the configuration of the channel, or disable it');
  });
}

function publishingChecks({ publishing: { paused, autoPublish, nextSlot }, channels }: AccountFacts): AccountCheck[] {
  const checks = [
    nextSlot === null
      ? fail('publishing.slots', 'its rules leave no slot within a year', 'relax slots, dailyQuota, minGapMinutes or blackoutDays')
      : ok('publishing.slots', `the next slot is ${nextSlot}`),
    paused
      ? warn('publishing.paused', 'publishing is paused: entries of the pool wait', 'resume it when the reason is gone')
      : ok('publishing.paused', 'publishing is not paused'),
  ];
  if (autoPublish && !channels.some(({ enabled }) => enabled))
    checks.push(
      fail('publishing.auto', 'approvals publish automatically, but no channel is enabled', 'enable a channel, or turn autoPublish off'),
    );
  return checks;
}

export function worstOf(checks: readonly AccountCheck[]): AccountCheck['status'] {
  const rank = Math.max(0, ...checks.map(({ status }) => ACCOUNT_CHECK_STATUSES.indexOf(status)));
  return ACCOUNT_CHECK_STATUSES[rank] ?? 'ok';
}
