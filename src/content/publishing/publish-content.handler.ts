import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { ChannelConfigError, parseChannelConfig } from '../../channels/channel-config.ts';
import { ChannelError } from '../../channels/channel-error.ts';
import type { ChannelConfig, PublishReceipt } from '../../channels/channel.ts';
import type { FrozenPackage } from '../../channels/publish-package.ts';
import { ChannelRegistry } from '../../channels/channel.registry.ts';
import { planOf } from '../../core/publishing/publishing.ts';
import { nextCallAt, nextProbeSeconds } from '../../core/publishing/retry-schedule.ts';
import { conflictNow } from '../../core/publishing/slots.ts';
import { Settings } from '../../platform/config/settings.ts';
import type { TransactionClient } from '../../platform/database/pools.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import { PublishMetrics } from './publish-metrics.ts';
import { type MadePackage, PackageFactory } from './package.factory.ts';
import { type Intent, type LockedEntry, type PoolProblem, PublicationRepository } from './publication.repository.ts';

export const PUBLISH_CONTENT = 'publish-content';

export class PublishContentParams {
  @ApiProperty({ format: 'uuid', description: 'Of the entry of the publish pool.' })
  @IsUUID()
  entryId: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  accountId: string;
}

/** The action of a task for its entry. `freeze`: it may begin, and its package is made outside of the transaction. */
type Work =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'freeze'; readonly contentId: string }
  | { readonly kind: 'publish' | 'settle' | 'search_label'; readonly entry: LockedEntry; readonly intent: Intent };

/** Channels answer within 300 s. */
const TASK_TIMEOUT_MS = 360_000;
const HOLD_SECONDS = 60;
const FIRST_PROBE_SECONDS = 1;

/**
 * Publishes one entry: stores the intent, calls the channel, records the outcome. A process that ends in between leaves an intent
 * without an outcome. The next attempt settles it by a search at the channel before it sends anything.
 */
@Injectable()
@TaskHandler({
  name: PUBLISH_CONTENT,
  description: 'Publishes one entry of the publish pool, or finds out whether it was published.',
  params: PublishContentParams,
  queue: 'content',
  concurrencyKey: ({ accountId }: PublishContentParams) => `publishing:${accountId}`,
  accountOf: ({ accountId }: PublishContentParams) => accountId,
  timeoutMs: TASK_TIMEOUT_MS,
  maxAttempts: 20,
  backoff: { baseMs: 1_000, maxMs: 60_000 },
})
export class PublishContentHandler implements TaskHandlerOf<PublishContentParams> {
  constructor(
    private readonly publications: PublicationRepository,
    private readonly packages: PackageFactory,
    private readonly channels: ChannelRegistry,
    private readonly settings: Settings,
    private readonly metrics: PublishMetrics,
  ) {}

  async handle(context: TaskContext<PublishContentParams>): Promise<object> {
    const work = await this.prepare(context.params.entryId);
    switch (work.kind) {
      case 'publish':
        return { done: this.counted(work.entry, await this.publish(work.entry, work.intent, context)) };
      case 'settle':
        return { done: this.counted(work.entry, await this.settle(work.entry, work.intent, context)) };
      case 'search_label':
        return { done: await this.checkLabel(work.entry, work.intent, work.entry.externalUrl, context.signal) };
      default:
        context.log.info(work.reason);
        return { done: work.reason };
    }
  }

  /** A channel that this process does not know has no name of its own in the metrics. */
  private counted({ channelKind }: LockedEntry, outcome: string): string {
    this.metrics.recorded(this.channels.find(channelKind) ? channelKind : 'unknown', outcome);
    return outcome;
  }

  /**
   * A package reads rows on other connections and draws the cover, so it is made between two transactions: within one, tasks that
   * hold a connection each would wait for further ones, and the account would stay locked meanwhile.
   */
  private async prepare(entryId: string): Promise<Exclude<Work, { kind: 'freeze' }>> {
    const work = await this.publications.transaction((tx) => this.decide(tx, entryId));
    if (work.kind !== 'freeze') return work;
    const made = await this.packages.freeze(work.contentId);
    const again = await this.publications.transaction((tx) => this.decide(tx, entryId, made));
    return again.kind === 'freeze' ? { kind: 'nothing', reason: 'the content was edited meanwhile' } : again;
  }

  /** Decides under the locks of the entry and its account. */
  private async decide(tx: TransactionClient, entryId: string, made?: MadePackage): Promise<Work> {
    const entry = await this.publications.lock(tx, entryId);
    if (!entry) return { kind: 'nothing', reason: 'the entry was deleted' };
    if (entry.status === 'publishing') {
      const problem = { code: 'process_ended', message: 'The process ended while the channel was called.' };
      await this.publications.unknown(entryId, problem, PUBLISH_CONTENT, FIRST_PROBE_SECONDS, tx);
    }
    if (entry.status === 'publishing' || entry.status === 'outcome_unknown') {
      const intent = await this.publications.openIntent(tx, entryId);
      if (!intent) return { kind: 'nothing', reason: 'the entry has no open intent' };
      return { kind: 'settle', entry, intent };
    }
    if (entry.status === 'published' && entry.labelState === null) {
      const intent = await this.publications.publishedIntent(tx, entryId);
      if (intent) return { kind: 'search_label', entry, intent };
    }
    if (entry.status !== 'pending') return { kind: 'nothing', reason: `the entry is ${entry.status}` };
    const gate = await this.gateOf(tx, entry);
    if (gate) {
      await this.publications.hold(entryId, gate, HOLD_SECONDS, tx);
      return { kind: 'nothing', reason: gate.message };
    }
    const isCurrent = made !== undefined && made.content.version === entry.version && made.content.packageHash === entry.packageHash;
    return isCurrent ? this.begin(tx, entry, made.frozen) : { kind: 'freeze', contentId: entry.contentId };
  }

  private async begin(tx: TransactionClient, entry: LockedEntry, frozen: FrozenPackage): Promise<Work> {
    const intent = await this.publications.begin(tx, entry, frozen, PUBLISH_CONTENT);
    if (intent) return { kind: 'publish', entry: { ...entry, attempts: entry.attempts + 1 }, intent };
    const known = await this.publications.outcomeOfVersion(tx, entry);
    const message =
      known?.outcome === null
        ? 'Another entry sends this version, and its outcome is unknown.'
        : `This version was already published by another entry${known?.externalUrl ? `: ${known.externalUrl}` : ''}. Pull this one.`;
    await this.publications.hold(entry.id, { code: 'already_sent', message }, HOLD_SECONDS, tx);
    return { kind: 'nothing', reason: message };
  }

  /** Why the entry must wait now; undefined when it may begin. */
  private async gateOf(tx: TransactionClient, entry: LockedEntry): Promise<PoolProblem | undefined> {
    if (entry.scheduledAt > entry.now) return { code: 'not_due', message: 'The entry is not due yet.' };
    if (!entry.approved) return { code: 'not_approved', message: 'The current version of the content is not approved.' };
    if (!entry.accountPublishes) return { code: 'account_paused', message: 'The account or its publishing is paused.' };
    if (!entry.channelEnabled) return { code: 'channel_disabled', message: 'The channel is disabled.' };
    const plan = planOf(entry.publishing, entry.timeZone);
    const conflict = conflictNow(plan, entry.now, await this.publications.recentPublications(tx, entry));
    return conflict === null ? undefined : { code: conflict, message: CONFLICTS[conflict] };
  }

  private async publish(entry: LockedEntry, intent: Intent, { signal, log }: TaskContext): Promise<string> {
    let receipt: PublishReceipt;
    try {
      const { channel, config, publication } = this.callOf(entry, intent);
      receipt = await channel.publish(publication, config, signal);
      for (const warning of receipt.warnings) log.warn(warning);
      await this.publications.published(entry.id, intent, receipt, { by: 'answer', actor: PUBLISH_CONTENT });
    } catch (error) {
      return this.recordFailure(entry, intent, error, log);
    }
    log.info(`${receipt.outcome}: ${receipt.externalUrl ?? receipt.externalId}`);
    await this.checkLabel(entry, intent, receipt.externalUrl, signal);
    return receipt.outcome;
  }

  private async recordFailure(entry: LockedEntry, intent: Intent, error: unknown, log: TaskContext['log']): Promise<string> {
    const problem = problemOf(error);
    if (isNotSent(error)) {
      const next = nextCallAt({ attempts: entry.attempts, ...error }, Date.now());
      await this.publications.notSent(entry.id, intent, problem, next, PUBLISH_CONTENT);
      log.warn(`Not sent: ${problem.message}`);
      return 'not_sent';
    }
    await this.publications.unknown(entry.id, problem, PUBLISH_CONTENT, FIRST_PROBE_SECONDS);
    log.error(`The outcome is unknown: ${problem.message}`);
    return 'outcome_unknown';
  }

  /** Searches the text at the channel. `absent` counts only when the last call can no longer take effect. */
  private async settle(entry: LockedEntry, intent: Intent, { signal, log }: TaskContext): Promise<string> {
    const { channel, config, publication } = this.callOf(entry, intent);
    const found = await channel.find(publication, config, signal).catch((error: unknown) => {
      if (!(error instanceof ChannelError)) throw error;
      return { state: 'cannot_tell' as const, reason: error.message };
    });
    if (found.state === 'found') {
      await this.publications.published(entry.id, intent, found, { by: 'probe', actor: PUBLISH_CONTENT });
      await this.checkLabel(entry, intent, found.externalUrl, signal);
      return found.outcome;
    }
    const settleAfter = channel.describe().needsNetwork ? this.settings.publishSettleAfter : LOCAL_SETTLE_SECONDS;
    if (found.state === 'absent' && (await this.publications.absent(entry.id, intent, settleAfter, PUBLISH_CONTENT))) {
      log.info('The channel does not have it; it is sent again.');
      return 'absent';
    }
    const message =
      found.state === 'absent'
        ? `The channel does not have it ${settleAfter} s after the call at the latest; until then the call may still take effect.`
        : `The channel cannot tell whether it has it: ${found.reason}`;
    const ageSeconds = (entry.now.getTime() - intent.sentAt.getTime()) / 1_000;
    const seconds = found.state === 'absent' ? Math.max(1, settleAfter - ageSeconds + 1) : nextProbeSeconds(ageSeconds);
    await this.publications.hold(entry.id, { code: 'outcome_unknown', message }, seconds);
    return 'outcome_unknown';
  }

  /**
   * Reads the page again. The publication is recorded before this, and a failure here does not change it. Returns what the page shows.
   * When the attempt ends before the result is stored, the entry is taken again.
   */
  private async checkLabel(entry: LockedEntry, intent: Intent, externalUrl: string | null, signal: AbortSignal): Promise<string> {
    const state = await this.labelOf(entry, intent, externalUrl, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return 'cannot_tell';
    });
    await this.publications.setLabelState(entry.id, state);
    return `label_${state}`;
  }

  private async labelOf(entry: LockedEntry, intent: Intent, externalUrl: string | null, signal: AbortSignal): Promise<string> {
    const { channel, config, publication } = this.callOf(entry, intent);
    return (await channel.verifyLabel(publication, externalUrl, config, signal)).state;
  }

  /** @throws {ChannelError} or {ChannelConfigError} when this process cannot call the channel */
  private callOf({ channelKind, channelConfig }: LockedEntry, { package: frozen, hash }: Intent) {
    const channel = this.channels.find(channelKind);
    if (!channel) throw new ChannelError('not_sent', 'channel_unknown', `This process has no channel "${channelKind}".`, true);
    const config: ChannelConfig = parseChannelConfig(channelKind, channel, channelConfig);
    return { channel, config, publication: { package: frozen, hash, assets: this.publications } };
  }
}

/** A file or a row of this installation: a call of a process that ended takes no effect later. */
const LOCAL_SETTLE_SECONDS = 5;

const CONFLICTS = {
  blackout: 'The account does not publish today.',
  daily_quota: 'The account has published as much today as its quota allows.',
  min_gap: 'The account published a short time ago; its minimum gap is not over.',
} as const;

function isNotSent(error: unknown): error is { permanent: boolean; retryAt: Date | null } {
  if (error instanceof ChannelConfigError) return true;
  return error instanceof ChannelError && error.kind === 'not_sent';
}

function problemOf(error: unknown): PoolProblem {
  if (error instanceof ChannelError) return { code: error.code, message: error.message, pointer: error.pointer };
  if (error instanceof ChannelConfigError)
    return { code: 'channel_config', message: error.message, pointer: error.errors[0]?.pointer ?? null };
  return { code: 'no_answer', message: error instanceof Error ? error.message : String(error) };
}
