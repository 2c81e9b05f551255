import { v7 as uuidv7 } from 'uuid';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type FailureClass, TaskFailure } from '../../core/task/failure.ts';
import { SensitiveWordMatcher } from '../../core/text/sensitive-words.ts';
import { markdownToText } from '../../core/text/markdown-text.ts';
import { countWords } from '../../core/text/word-count.ts';
import { checkCreation } from '../../creators/check-creation.ts';
import { CreationError, type CreationErrorCode } from '../../creators/creation-error.ts';
import { CreatorRegistry } from '../../creators/creator.registry.ts';
import type { CreationRequest, CreationResult, CreationRun } from '../../creators/creator.ts';
import { Settings } from '../../platform/config/settings.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { type SubmittedTask, TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import type { Account } from '../accounts/account.entity.ts';
import { CREATOR_UNKNOWN } from '../creators/creator-choice.ts';
import { AccountService } from '../accounts/account.service.ts';
import { RenderBusyError } from '../rendering/markdown-render-thread.ts';
import { plainTextHtml, renderMarkdown } from '../rendering/render-markdown.ts';
import { CONTENT_GENERATION } from './content-generation.entity.ts';
import { ContentGenerationParams } from './content-generation.params.ts';
import { insertGenerations } from './content-generation.records.ts';
import type { GeneratedContent } from './generated-content.ts';

/** Maps creator error codes to engine failure classes. */
const FAILURES: Readonly<Record<CreationErrorCode, FailureClass>> = {
  transient: 'transient',
  rate_limited: 'rate_limited',
  timeout: 'timeout',
  invalid_input: 'invalid_input',
  insufficient_material: 'invalid_input',
  budget_exceeded: 'invalid_input',
  rejected_content: 'rejected',
  incompatible: 'invalid_output',
  unknown_outcome: 'unknown_outcome',
};

/** Writes one content for an account. The result handler stores it. */
@Injectable()
@TaskHandler({
  name: CONTENT_GENERATION,
  description: 'Writes one content for an account: a digest of its sources, or a brief for a topic.',
  params: ContentGenerationParams,
  queue: 'content',
  concurrencyKey: ({ accountId }: ContentGenerationParams) => `account:${accountId}`,
  accountOf: ({ accountId }: ContentGenerationParams) => accountId,
  timeoutMs: 1_800_000,
  maxAttempts: 4,
  backoff: { baseMs: 2_000, maxMs: 300_000 },
})
export class ContentGenerationHandler implements TaskHandlerOf<ContentGenerationParams> {
  constructor(
    private readonly accounts: AccountService,
    private readonly creators: CreatorRegistry,
    private readonly settings: Settings,
    private readonly sensitiveWords: SensitiveWordMatcher,
  ) {}

  /** Stores the editor's request in the transaction of its task. */
  onSubmitted(manager: EntityManager, tasks: readonly SubmittedTask<ContentGenerationParams>[]): Promise<void> {
    return insertGenerations(manager, tasks, { autoApprove: this.settings.asyncAutoApprove, creators: this.creators });
  }

  async handle(context: TaskContext<ContentGenerationParams>): Promise<GeneratedContent> {
    const { params, log } = context;
    const account = await this.accounts.get(params.accountId);
    const request = toRequest(params, account);
    const name = params.creator ?? account.creator;
    log.info(`Writing for ${account.name} with the ${name} creator`, { topic: request.topic });
    const creation = await this.create(name, request, context);
    for (const warning of creation.warnings) log.warn(warning);

    context.progress(90, 'check');
    const check = checkCreation(request, creation, this.sensitiveWords);
    const wordCount = countWords(markdownToText(creation.bodyMarkdown));
    log.info(`“${creation.title}”: ${wordCount} words, score ${check.score}`, { findings: check.findings.map((finding) => finding.code) });

    context.progress(95, 'package');
    const { autoApprove = this.settings.asyncAutoApprove } = params;
    const bodyHtml = await renderMarkdown(creation.bodyMarkdown, account.language).catch((error: unknown) => {
      if (!(error instanceof RenderBusyError)) throw error;
      log.warn(`${error.message} The body is stored as plain text; an edit renders it.`);
      return plainTextHtml(creation.bodyMarkdown);
    });
    const { id: accountId, language, review } = account;
    return {
      contentId: uuidv7(),
      accountId,
      language,
      review,
      autoApprove,
      keywords: request.keywords,
      creation,
      bodyHtml,
      wordCount,
      check,
    };
  }

  private async create(name: string, request: CreationRequest, context: TaskContext): Promise<CreationResult> {
    const creator = this.creators.find(name);
    if (!creator) {
      const message = `There is no creator "${name}" in this process; known are ${this.creators.names().join(', ')}`;
      throw new TaskFailure('invalid_input', message, CREATOR_UNKNOWN);
    }
    const run: CreationRun = {
      signal: context.signal,
      progress: (percent, step) => context.progress(percent * 0.9, step),
      log: (level, message, data) => context.log.write(level, message, data),
      checkpoint: (step, inputs, fn) => context.checkpoint(step, inputs, fn),
    };
    try {
      return await creator.create(request, run);
    } catch (error) {
      if (error instanceof CreationError) throw new TaskFailure(FAILURES[error.code], error.message, error.code, null, { cause: error });
      throw error;
    }
  }
}

function toRequest(params: ContentGenerationParams, account: Account): CreationRequest {
  const { topic = null, keywords = [], category = null, requirements = null, tone = null } = params;
  const { id, name, voice, sections, sources, language } = account;
  return { topic, keywords, category, requirements, tone, language, account: { id, name, voice, sections }, sources };
}
