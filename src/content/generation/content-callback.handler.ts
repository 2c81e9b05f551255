import { Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { cancel, type Outcome, snooze } from '../../core/task/outcome.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { requestFailure, require2xx } from '../../tasks/declared/http-failure.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { type SubmittedTask, TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import type { TaskService } from '../../tasks/service/task.service.ts';
import { ContentService } from '../contents/content.service.ts';
import { AsyncContentGenerationService } from './async-content-generation.service.ts';
import { CALLBACK_EVENTS, type CallbackEvent } from './callback-event.ts';
import type { ContentGenerationParams } from './content-generation.params.ts';
import type { ContentTaskView } from './content-task.dto.ts';

const CONTENT_CALLBACK = 'content-callback';

export class ContentCallbackParams {
  @ApiProperty({ format: 'uuid', description: 'The execution whose end is reported.' })
  @IsUUID()
  executionId: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  accountId: string;

  @ApiProperty()
  @IsString()
  @MaxLength(2_000)
  url: string;

  @ApiPropertyOptional({ enum: CALLBACK_EVENTS, isArray: true })
  @IsArray()
  @IsIn(CALLBACK_EVENTS, { each: true })
  @IfGiven()
  events?: CallbackEvent[];
}

const ANSWER_TIMEOUT_MS = 10_000;
/** The body of an answer is not used. */
const MAX_ANSWER_BYTES = 1_000;
/** The task was retried by an operator before its callback ran. */
const RUNNING_AGAIN_MS = 30_000;

/**
 * Submits a callback for each task that asked for one, in the transaction of the task: it waits for the task as a dependent and runs however
 * that ends.
 */
export async function submitCallbacks(
  tasks: TaskService,
  manager: EntityManager,
  submitted: readonly SubmittedTask<ContentGenerationParams>[],
): Promise<void> {
  const requests = submitted.flatMap(({ id, params: { accountId, callbackUrl: url, callbackEvents: events } }) =>
    url === undefined
      ? []
      : {
          name: CONTENT_CALLBACK,
          params: { executionId: id, accountId, url, events },
          dependsOn: [id],
          onDependencyFailure: 'run' as const,
          createdBy: CONTENT_CALLBACK,
          trigger: 'task' as const,
        },
  );
  // A task that waits is not announced, so the function that announces after the commit is not needed.
  if (requests.length > 0) await tasks.submitInTransaction(manager, requests);
}

/** Reports the end of a content task to the address of its request. */
@Injectable()
@TaskHandler({
  name: CONTENT_CALLBACK,
  description: 'Reports the end of a content task to the callbackUrl of its request.',
  params: ContentCallbackParams,
  concurrencyKey: ({ url }: ContentCallbackParams) => `callback:${URL.parse(url)?.host.slice(0, 180)}`,
  accountOf: ({ accountId }: ContentCallbackParams) => accountId,
  timeoutMs: 30_000,
  maxAttempts: 8,
  backoff: { baseMs: 5_000, maxMs: 3_600_000 },
})
export class ContentCallbackHandler implements TaskHandlerOf<ContentCallbackParams> {
  constructor(
    private readonly generation: AsyncContentGenerationService,
    private readonly contents: ContentService,
    private readonly egress: EgressClient,
  ) {}

  async handle({ id, params, signal }: TaskContext<ContentCallbackParams>): Promise<object | Outcome> {
    const task = await this.generation.getTask(params.executionId, null);
    if (!isEnded(task.status)) return snooze('The content task runs again.', RUNNING_AGAIN_MS);
    const { events = CALLBACK_EVENTS } = params;
    if (!events.includes(task.status)) return cancel(`callbackEvents does not include ${task.status}`);
    return { event: task.status, status: await this.send(params.url, id, task, signal) };
  }

  /** The body and the headers are those of the public tool. Messages do not name the address, which may contain a key. */
  private async send(url: string, id: string, task: ContentTaskView, signal: AbortSignal): Promise<number> {
    try {
      const answer = await this.egress.request({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'webhook-id': id,
          'x-webhook-event': task.status,
          'x-task-id': task.taskId,
        },
        body: JSON.stringify(await this.bodyOf(task)),
        signal,
        timeoutMs: ANSWER_TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
        allowCut: true,
      });
      require2xx(answer, Date.now());
      return answer.status;
    } catch (error) {
      throw requestFailure(error, 'the callbackUrl');
    }
  }

  private async bodyOf(task: ContentTaskView): Promise<object> {
    const { taskId, executionId, accountId, status, topic, completedAt, contentId, errorMessage } = task;
    const ended = { event: status, taskId, workflowType: 'content-creator', status, timestamp: completedAt };
    const metadata = { executionId, accountId, topic, keywords: task.keywords, priority: task.priority };
    if (contentId === null) return { ...ended, metadata, error: { message: errorMessage ?? `The task ended ${status}.` } };
    const { title, bodyMarkdown, wordCount, qualityScore, reviewStatus } = await this.contents.get(contentId, null);
    const result = { contentId, title, content: bodyMarkdown, wordCount, qualityScore, reviewStatus };
    return { ...ended, metadata, result };
  }
}

function isEnded(status: string): status is CallbackEvent {
  return (CALLBACK_EVENTS as readonly string[]).includes(status);
}
