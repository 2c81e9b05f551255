import { newId } from '../../platform/ids/new-id.ts';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TaskFailure } from '../../core/task/failure.ts';
import { cancel, type Outcome, wait } from '../../core/task/outcome.ts';
import { pollPauseMs } from '../../core/task/poll-pause.ts';
import { withFindings } from '../../core/text/check-content.ts';
import { SensitiveWordMatcher } from '../../core/text/sensitive-words.ts';
import { markdownToText } from '../../core/text/markdown-text.ts';
import { countWords } from '../../core/text/word-count.ts';
import { checkCreation } from '../../creators/check-creation.ts';
import { CreatorMetrics } from '../../creators/creator-metrics.ts';
import { BudgetExceededError } from '../../creators/budgets/budget-errors.ts';
import { CreatorRegistry } from '../../creators/creator.registry.ts';
import { type AnyCreator, type CreationRequest, type CreationResult, ExternalCreator } from '../../creators/creator.ts';
import { Settings } from '../../platform/config/settings.ts';
import { EventLoopTurns } from '../../platform/lifecycle/event-loop-turns.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import type { TaskContext, TaskLog } from '../../tasks/definitions/task-context.ts';
import { type ExternalWork, type SubmittedTask, TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import type { Account } from '../accounts/account.entity.ts';
import { BudgetWaitService } from '../budgets/budget-wait.service.ts';
import { CREATOR_UNKNOWN } from '../creators/creator-choice.ts';
import { AccountService } from '../accounts/account.service.ts';
import { type ComparedText, DuplicateService } from '../duplicates/duplicate.service.ts';
import { duplicateTopic } from '../duplicates/duplicate-topic.ts';
import { fingerprintOf } from '../duplicates/fingerprint.ts';
import { RenderBusyError } from '../rendering/markdown-render-thread.ts';
import { plainTextHtml, renderMarkdown } from '../rendering/render-markdown.ts';
import { submitCallbacks } from './content-callback.handler.ts';
import { CONTENT_GENERATION } from './content-generation.entity.ts';
import { ContentGenerationParams } from './content-generation.params.ts';
import { insertGenerations } from './content-generation.records.ts';
import { failedWork, failureOf, pollFailureOf } from './creation-failure.ts';
import { toCreationRequest } from './creation-request.ts';
import { toCreationRun } from './creation-run.ts';
import { ExternalWorkService } from './external-work.service.ts';
import type { GeneratedContent } from './generated-content.ts';
import { OwnContentsRepository } from './own-contents.repository.ts';

interface Prepared {
  readonly account: Account;
  readonly creator: AnyCreator;
  readonly name: string;
  readonly request: CreationRequest;
}

/** Writes one content for an account. The result handler stores it. */
@Injectable()
@TaskHandler({
  name: CONTENT_GENERATION,
  description: 'Writes one content for an account, with its creator.',
  params: ContentGenerationParams,
  queue: 'content',
  concurrencyKey: ({ accountId }: ContentGenerationParams) => `account:${accountId}`,
  accountOf: ({ accountId }: ContentGenerationParams) => accountId,
  submitPermission: 'content:submit',
  timeoutMs: 1_800_000,
  maxAttempts: 4,
  backoff: { baseMs: 2_000, maxMs: 300_000 },
})
export class ContentGenerationHandler implements TaskHandlerOf<ContentGenerationParams> {
  /** Articles that end together are checked one a turn: a check takes 2 to 6 ms, and ten of them would delay all requests. */
  private readonly turns = new EventLoopTurns();

  constructor(
    private readonly accounts: AccountService,
    private readonly creators: CreatorRegistry,
    private readonly settings: Settings,
    private readonly sensitiveWords: SensitiveWordMatcher,
    private readonly duplicates: DuplicateService,
    private readonly ownContents: OwnContentsRepository,
    private readonly external: ExternalWorkService,
    private readonly metrics: CreatorMetrics,
    private readonly budgets: BudgetWaitService,
    private readonly tasks: TaskService,
  ) {}

  /** Stores the editor's request and its callback in the transaction of its task. */
  async onSubmitted(manager: EntityManager, tasks: readonly SubmittedTask<ContentGenerationParams>[]): Promise<void> {
    await insertGenerations(manager, tasks, { autoApprove: this.settings.asyncAutoApprove, creators: this.creators });
    await submitCallbacks(this.tasks, manager, tasks);
  }

  async handle(context: TaskContext<ContentGenerationParams>): Promise<GeneratedContent | Outcome> {
    const { account, creator, name, request } = await this.prepare(context.params);
    await this.refuseDuplicate(context, request.topic);
    context.log.info(`Writing for ${account.name} with the ${name} creator`, { topic: request.topic });
    const run = toCreationRun(context, account.id, this.ownContents);
    try {
      if (creator instanceof ExternalCreator) {
        const externalId = await this.metrics.counted(name, 'submit', this.external.submit({ creator, name, request, run }));
        context.log.info('The creator accepted the work', { externalId });
        return wait(externalId, this.pollEveryMs(creator));
      }
      const creation = await this.metrics.counted(name, 'create', creator.create(request, run));
      return await this.finish(context, account, request, creation);
    } catch (error) {
      if (error instanceof BudgetExceededError) return this.budgets.waitFor(context, error);
      throw failureOf(error);
    }
  }

  /** Polls the work of an external creator. */
  async poll(work: ExternalWork<ContentGenerationParams>): Promise<GeneratedContent | Outcome> {
    const { account, creator, name, request } = await this.prepare(work.params);
    const { externalId } = work;
    if (!(creator instanceof ExternalCreator)) {
      const message = `The creator "${name}" does not work elsewhere, but the task waits for its work ${externalId}.`;
      throw new TaskFailure('invalid_input', message, 'creator_changed');
    }
    const run = toCreationRun(work, account.id, this.ownContents);
    const everyMs = this.pollEveryMs(creator);
    const explain = (error: unknown) => pollFailureOf(error, everyMs);
    const asked = this.metrics.counted(name, 'status', creator.status(externalId, work.signal));
    const status = await failing(explain, this.external.poll(work.id, externalId, asked));
    switch (status.state) {
      case 'completed': {
        const fetched = this.external.fetch(work.id, externalId, creator.result(externalId, request, run));
        return { ...(await this.finish(work, account, request, await failing(explain, fetched))), externalId };
      }
      case 'failed':
        return failedWork(status.error);
      case 'cancelled':
        return cancel('The work was cancelled in the system of the creator.');
      default:
        if (status.progress !== null && status.step !== null) run.progress(status.progress, status.step);
        return wait(externalId, pollPauseMs(status.pollAfterMs, everyMs));
    }
  }

  /** The account, the creator and the request of a task. The creator may have been removed since the task was accepted. */
  private async prepare(params: ContentGenerationParams): Promise<Prepared> {
    const account = await this.accounts.get(params.accountId);
    const name = params.creator ?? account.creator;
    const creator = this.creators.find(name);
    if (!creator) {
      const message = `There is no creator "${name}" in this process; known are ${this.creators.names().join(', ')}`;
      throw new TaskFailure('invalid_input', message, CREATOR_UNKNOWN);
    }
    // The options of the account belong to its own creator.
    const own = name === account.creator ? account.creatorOptions : {};
    const options = creator.options.withDefaults({ ...own, ...params.creatorOptions });
    return { account, creator, name, request: toCreationRequest(params, account, options) };
  }

  private pollEveryMs({ pollEveryMs }: ExternalCreator): number {
    return pollEveryMs ?? this.settings.asyncPollInterval * 1_000;
  }

  /** Checks what a creator wrote, while the thread renders it. */
  private async finish(
    context: TaskContext<ContentGenerationParams>,
    account: Account,
    request: CreationRequest,
    creation: CreationResult,
  ): Promise<GeneratedContent> {
    const { params, log, progress } = context;
    for (const warning of creation.warnings) log.warn(warning);

    progress(90, 'check');
    const compared = { ...creation, contentId: newId(), accountId: account.id, rewriteOf: params.rewriteOf ?? null };
    const [bodyHtml, checked] = await Promise.all([
      bodyHtmlOf(creation, account.language, log),
      this.turns.next().then(() => this.check(context, request, compared)),
    ]);
    const { autoApprove = this.settings.asyncAutoApprove, rewriteVersion = 1 } = params;
    const { contentId, accountId, rewriteOf } = compared;
    return {
      contentId,
      accountId,
      language: account.language,
      review: account.review,
      autoApprove,
      rewrite: rewriteOf === null ? null : { contentId: rewriteOf, version: rewriteVersion },
      keywords: request.keywords,
      creation,
      bodyHtml,
      ...checked,
      externalId: null,
    };
  }

  private async check(
    { log, progress }: TaskContext<ContentGenerationParams>,
    request: CreationRequest,
    compared: CreationResult & Omit<ComparedText, 'fingerprint'>,
  ): Promise<Pick<GeneratedContent, 'check' | 'fingerprint' | 'wordCount'>> {
    const fingerprint = fingerprintOf(compared);
    const similar = await this.duplicates.findBody({ ...compared, fingerprint });
    await this.turns.next(); // the answers of the database for several articles may come in one turn
    const check = withFindings(checkCreation(request, compared, this.sensitiveWords), similar);
    const wordCount = countWords(markdownToText(compared.bodyMarkdown));
    log.info(`“${compared.title}”: ${wordCount} words, score ${check.score}`, { findings: check.findings.map((finding) => finding.code) });
    progress(95, 'package');
    return { check, fingerprint, wordCount };
  }

  /** Fails the task before the creator runs, so a duplicate costs nothing. */
  private async refuseDuplicate({ id, params, log }: TaskContext<ContentGenerationParams>, topic: string | null): Promise<void> {
    if (topic === null) return;
    const similar = await this.duplicates.findTopic(topic, id);
    if (similar === null) return;
    const failure = duplicateTopic(similar, params.accountId);
    if (params.allowDuplicate !== true) throw failure;
    log.info(`Written anyway, because allowDuplicate is set: ${failure.message}`);
  }
}

async function bodyHtmlOf({ bodyMarkdown }: CreationResult, language: Account['language'], log: TaskLog): Promise<string> {
  try {
    return await renderMarkdown(bodyMarkdown, language);
  } catch (error) {
    if (!(error instanceof RenderBusyError)) throw error;
    log.warn(`${error.message} The body is stored as plain text; an edit renders it.`);
    return plainTextHtml(bodyMarkdown);
  }
}

async function failing<T>(explain: (error: unknown) => unknown, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explain(error);
  }
}
