import { Injectable } from '@nestjs/common';
import { UsageLedger } from '../../creators/budgets/usage-ledger.ts';
import { CreationError, type CreationErrorCode } from '../../creators/creation-error.ts';
import type { CreationRequest, CreationRun, ExternalCreator, ExternalStatus } from '../../creators/creator.ts';
import { Settings } from '../../platform/config/settings.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { type CreatorWork, CreatorWorkRepository, type WorkEnd } from './creator-work.repository.ts';

/** Time limit of the request that cancels external work. */
const CANCEL_MS = 10_000;

/** Unreadable answers in a row that end the work. It is paid for, so a single one does not. */
const MAX_UNREADABLE = 5;

type FailedStatus = Extract<ExternalStatus, { state: 'failed' }>;

/** The other system answered that it does no work for the request. */
const REFUSALS: ReadonlySet<CreationErrorCode> = new Set(['invalid_input', 'insufficient_material', 'budget_exceeded']);

export interface ExternalOrder {
  readonly creator: ExternalCreator;
  readonly name: string;
  readonly request: CreationRequest;
  readonly run: CreationRun;
}

/** Hands work over to other systems once, and follows it across crashes and attempts. */
@Injectable()
export class ExternalWorkService {
  constructor(
    private readonly works: CreatorWorkRepository,
    private readonly ledger: UsageLedger,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  /**
   * Returns the id of the work for this attempt. Work of an earlier attempt that still runs, or that completed after a crash, is used
   * again, because it was paid for. New work is reserved in the ledger first. @throws {CreationError}
   */
  async submit({ creator, name, request, run }: ExternalOrder): Promise<string> {
    const work = await this.openWork({ creator, name, request, run });
    if (work.externalId !== null) return work.externalId;
    await this.reserve(work, { creator, name, request, run });
    const submission = {
      key: work.id,
      startedAt: work.startedAt,
      repeated: !work.isNew,
      isTaken: (externalId: string) => this.works.isTaken(work, externalId),
    };
    try {
      const externalId = await creator.submit(request, run, submission);
      const stored = await this.works.recordSubmitted(work, run.taskId, externalId);
      if (stored !== null) return stored;
      // The task ended while the request was under way, so its hand-over was closed without an id to cancel.
      await this.stop(run.taskId, externalId, creator);
      throw new CreationError('transient', `The work ${externalId} was accepted after its task had ended, and is cancelled.`);
    } catch (error) {
      // After any other error the work may exist, so the next attempt repeats this hand-over with its key.
      if (error instanceof CreationError && isFinal(error)) {
        await this.works.end(work, { state: 'failed', error: error.message });
        if (REFUSALS.has(error.code)) await this.ledger.release(work.id);
      }
      throw error;
    }
  }

  /** Budgets that have no room refuse work before anything was sent, so its hand-over is removed. */
  private async reserve(work: CreatorWork & { isNew: boolean }, { creator, name, request, run }: ExternalOrder): Promise<void> {
    if (creator.price === null) return;
    const { cost, setting } = creator.price;
    const payer = { taskId: run.taskId, attempt: run.attempt, accountId: request.account.id, creator: name };
    const subject = { id: work.id, setting, ...payer };
    try {
      await this.ledger.reserveWork(subject, cost).catch(async (error: unknown) => {
        const reported = cost === null && isUnpriced(error) ? await creator.reportedCost(run.signal) : null;
        if (reported === null) throw error;
        await this.ledger.reserveWork(subject, reported);
      });
    } catch (error) {
      if (error instanceof CreationError && work.isNew) await this.works.discard(work);
      throw error;
    }
  }

  /** The status of the work, counted. Work that ended without a text is closed, so that the next attempt hands over anew. */
  async poll(taskId: string, externalId: string, asked: Promise<ExternalStatus>): Promise<ExternalStatus> {
    const status = await this.counted(taskId, externalId, asked);
    if (status.state === 'failed') {
      const id = await this.works.endOfTask(taskId, externalId, failedEnd(status));
      if (id !== null) await this.ledger.settleWork(id, 'failed', status.usage ?? null);
    }
    if (status.state === 'cancelled') await this.works.endOfTask(taskId, externalId, { state: 'cancelled' });
    return status;
  }

  /** The text of completed work. A text that cannot be used closes the work; one that cannot be read is fetched again. */
  async fetch<Text>(taskId: string, externalId: string, asked: Promise<Text>): Promise<Text> {
    try {
      return await asked;
    } catch (error) {
      if (isUnreadable(error) && (await this.works.countUnreadableText(taskId, externalId, error.message)) < MAX_UNREADABLE)
        throw askAgain(error);
      if (error instanceof CreationError && isFinal(error))
        await this.works.endOfTask(taskId, externalId, { state: 'failed', error: error.message });
      throw error;
    }
  }

  /** Asks the other system to stop. Best effort: the task has ended. */
  private async stop(taskId: string, externalId: string, creator: ExternalCreator): Promise<void> {
    try {
      await creator.cancel(externalId, AbortSignal.timeout(CANCEL_MS));
    } catch (error) {
      this.logger.warn({ taskId, externalId, error }, 'the creator did not cancel its work');
    }
  }

  private async openWork(order: ExternalOrder): Promise<CreatorWork & { isNew: boolean }> {
    const { name, run } = order;
    const work = await this.works.open(run.taskId, name);
    if (work.isNew) return work;
    if (work.creator !== name) {
      await this.works.end(work, { state: 'given_up', error: `The account changed its creator to "${name}".` });
    } else if (work.externalId === null || (await this.isUsable(work, work.externalId, order))) {
      return work;
    }
    return this.works.open(run.taskId, name);
  }

  /** False for work that is over without a text, or that has run longer than an attempt may; then it is closed. */
  private async isUsable(work: CreatorWork, externalId: string, { creator, run }: ExternalOrder): Promise<boolean> {
    const status = await creator.status(externalId, run.signal).catch((error: unknown): ExternalStatus => {
      if (!(error instanceof CreationError)) throw error;
      return isFinal(error) && !isUnreadable(error) ? { state: 'failed', error } : { state: 'running', progress: null, step: null };
    });
    if (status.state === 'failed') {
      await this.works.end(work, failedEnd(status));
      await this.ledger.settleWork(work.id, 'failed', status.usage ?? null);
    } else if (status.state === 'cancelled') await this.works.end(work, { state: 'cancelled' });
    else if (status.state !== 'completed' && this.isLate(work)) {
      run.log('warn', 'The work of an earlier attempt did not end in time and is given up', { externalId });
      await creator.cancel(externalId, run.signal).catch(() => false);
      await this.works.end(work, { state: 'given_up', error: 'It did not end within ASYNC_TASK_TIMEOUT.' });
    } else {
      run.log('info', 'The work of an earlier attempt is used again', { externalId });
      return true;
    }
    return false;
  }

  private isLate({ submittedAt, startedAt }: CreatorWork): boolean {
    return Date.now() - (submittedAt ?? startedAt).getTime() >= this.settings.asyncTaskTimeout * 1_000;
  }

  private async counted(taskId: string, externalId: string, asked: Promise<ExternalStatus>): Promise<ExternalStatus> {
    try {
      const status = await asked;
      await this.works.countPoll(taskId, externalId, null, status.state === 'completed' ? 'keep' : 'reset');
      return status;
    } catch (error) {
      if (!(error instanceof CreationError)) throw error;
      const unreadable = await this.works.countPoll(taskId, externalId, error.message, isUnreadable(error) ? 'add' : 'keep');
      if (!isUnreadable(error)) throw error;
      if (unreadable < MAX_UNREADABLE) throw askAgain(error);
      await this.works.endOfTask(taskId, externalId, { state: 'failed', error: error.message });
      throw error;
    }
  }
}

function failedEnd({ error, usage }: FailedStatus): WorkEnd {
  return { state: 'failed', error: error.message, usage: usage ?? null };
}

function isUnpriced(error: unknown): boolean {
  return error instanceof CreationError && error.reason === 'price_unknown';
}

/** An answer that is not of the contract: the page of a proxy, JSON that was cut. */
function isUnreadable(error: unknown): error is CreationError {
  return error instanceof CreationError && error.code === 'incompatible';
}

function askAgain(error: CreationError): CreationError {
  return new CreationError('transient', error.message, { cause: error });
}

/** The other system certainly does not work on it. */
function isFinal({ retryable, code }: CreationError): boolean {
  return !retryable && code !== 'unknown_outcome';
}
