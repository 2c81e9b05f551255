import { Injectable } from '@nestjs/common';
import { phaseOf } from '../../core/task/states.ts';
import type { TaskRow, TaskTrigger } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { Submitted } from '../../engine/task-store.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { type AccountLimit, AccountService, isWithin } from '../accounts/account.service.ts';
import { CONTENT_GENERATION } from './content-generation.entity.ts';
import { ContentGenerationHandler } from './content-generation.handler.ts';
import { unknownAccount } from './content-generation.records.ts';
import type { ContentGenerationParams } from './content-generation.params.ts';
import type { CreateContentTaskBody, ContentTaskView } from './content-task.dto.ts';
import { SELECT_CONTENT_TASK, SELECT_CONTENT_TASKS } from './content-task.sql.ts';

export interface Requester {
  /** The text of an actor (core/actor/actor.ts). */
  createdBy: string;
  /** The accounts that the requester is limited to; null for all. */
  within: AccountLimit;
  trigger: TaskTrigger;
  traceContext?: string | null;
  idempotencyKey: string | null;
}

export interface Submission extends Omit<Requester, 'within'> {
  readonly priority?: number;
  readonly runAt?: Date | null;
}

export interface ContentTaskFilter {
  statuses?: readonly string[];
  accountId?: string;
  /** Only tasks of these accounts; null for all. */
  within: AccountLimit;
  beforeId?: string;
  limit: number;
}

type ContentTaskRow = Omit<ContentTaskView, 'executionId' | 'phase' | 'progress' | 'step' | 'statusUrl'>;

/** Content generation for editors: one request, one task, one content. */
@Injectable()
export class AsyncContentGenerationService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly tasks: TaskService,
    private readonly accounts: AccountService,
    private readonly settings: Settings,
    private readonly handler: ContentGenerationHandler,
    private readonly logger: Logger,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** Returns once the request is stored. A worker generates the content later. */
  async submitTask(body: CreateContentTaskBody, requester: Requester): Promise<Submitted> {
    const { account, accountId, priority, runAt, ...options } = body;
    const params: ContentGenerationParams = { ...options, accountId: await this.accountIdOf(accountId, account, requester.within) };
    return this.submitParams(params, { ...requester, priority, runAt: runAt === undefined ? null : new Date(runAt) });
  }

  /** For callers that know the account. */
  submitParams(
    params: ContentGenerationParams,
    { createdBy, trigger, traceContext, idempotencyKey, priority, runAt = null }: Submission,
  ): Promise<Submitted> {
    this.checkEnabled();
    return this.tasks.submit({
      name: CONTENT_GENERATION,
      params,
      priority,
      runAt,
      timeoutMs: this.settings.asyncTaskTimeout * 1_000,
      createdBy,
      trigger,
      traceContext,
      idempotencyKey,
    });
  }

  private checkEnabled(): void {
    if (!this.settings.asyncContentGenerationEnabled) {
      throw ProblemError.unavailable('generation_disabled', 'Content generation is disabled.', {
        detail: 'ASYNC_CONTENT_GENERATION_ENABLED is false.',
        retryable: false,
      });
    }
  }

  /** Finds a content task by its own id or the id of its execution. */
  async getTask(id: string, within: AccountLimit): Promise<ContentTaskView> {
    const [row] = await this.sql.query<ContentTaskRow>(SELECT_CONTENT_TASK, [id, isUuid(id) ? id : null, within]);
    if (!row) throw ProblemError.notFound('content_task_not_found', `There is no content task "${id.slice(0, 100)}".`);
    return (await this.withProgress([row]))[0] as ContentTaskView;
  }

  /** Newest first. */
  async listTasks({ statuses, accountId, within, beforeId, limit }: ContentTaskFilter): Promise<ContentTaskView[]> {
    const values = [statuses ?? null, accountId ?? null, beforeId ?? null, limit, within];
    return this.withProgress(await this.sql.query<ContentTaskRow>(SELECT_CONTENT_TASKS, values));
  }

  /** Cancels a live content task; a final one stays unchanged. */
  async cancelTask(id: string, actor: string, within: AccountLimit): Promise<ContentTaskView> {
    const task = await this.getTask(id, within);
    const { externalId = null, params } = (await this.tasks.getMany([task.id])).get(task.id) ?? {};
    await this.tasks.cancelByIds([task.id], actor);
    if (externalId !== null) this.cancelExternal({ id: task.id, externalId, params: params as ContentGenerationParams });
    return this.getTask(task.id, within);
  }

  /** Not awaited: the task is cancelled already, and the other system may be slow. */
  private cancelExternal(work: { id: string; externalId: string; params: ContentGenerationParams }): void {
    this.handler.cancelExternal(work).catch((error: unknown) => {
      this.logger.warn({ taskId: work.id, externalId: work.externalId, error }, 'the creator was not asked to cancel its work');
    });
  }

  /** An account id is validated when the task is stored. */
  private async accountIdOf(id: string | undefined, name: string | undefined, within: AccountLimit): Promise<string> {
    const detail = 'Send either accountId, or account with its name.';
    if (id !== undefined && name !== undefined) {
      const errors = [{ pointer: '/account', code: 'account_named_twice', detail }];
      throw ProblemError.unprocessable('account_named_twice', 'The account was given twice.', { detail, errors });
    }
    if (id !== undefined) {
      if (!isWithin(within, id)) throw unknownAccount(id);
      return id;
    }
    if (name === undefined) {
      const errors = [{ pointer: '/accountId', code: 'required', detail }];
      throw ProblemError.unprocessable('account_required', 'No account was given.', { detail, errors });
    }
    const errors = [{ pointer: '/account', code: 'account_not_found', detail: 'is not an account' }];
    const account = await this.accounts.findByName(name, within);
    if (!account)
      throw ProblemError.unprocessable('account_not_found', `There is no account "${name}".`, {
        detail: await this.accounts.hintFor(name, within),
        errors,
      });
    return account.id;
  }

  private async withProgress(rows: readonly ContentTaskRow[]): Promise<ContentTaskView[]> {
    const tasks = await this.tasks.getMany(rows.map((row) => row.id));
    return rows.map((row) => ({
      ...row,
      ...progressOf(tasks.get(row.id)),
      executionId: row.id,
      statusUrl: `/content-tasks/${row.taskId}`,
    }));
  }
}

function progressOf(task: TaskRow | undefined): Pick<ContentTaskView, 'phase' | 'progress' | 'step'> {
  return { phase: task ? phaseOf(task) : null, progress: task?.progress ?? null, step: task?.step ?? null };
}
