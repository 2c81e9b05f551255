import { Injectable } from '@nestjs/common';
import { type PhaseFacts, phaseOf } from '../../core/task/states.ts';
import type { TaskTrigger } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { Submitted } from '../../engine/task-store.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { accountIdOf } from '../accounts/account-reference.ts';
import { type AccountLimit, AccountService } from '../accounts/account.service.ts';
import { CONTENT_GENERATION } from './content-generation.entity.ts';
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

type ContentTaskRow = Omit<ContentTaskView, 'phase' | 'executionId' | 'statusUrl'> &
  Omit<PhaseFacts, 'status'> & { taskStatus: PhaseFacts['status'] };

/** Content generation for editors: one request, one task, one content. */
@Injectable()
export class AsyncContentGenerationService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly tasks: TaskService,
    private readonly accounts: AccountService,
    private readonly settings: Settings,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** Returns once the request is stored. A worker generates the content later. */
  async submitTask(body: CreateContentTaskBody, requester: Requester): Promise<Submitted> {
    const { account, accountId, priority, runAt, ...options } = body;
    const params: ContentGenerationParams = {
      ...options,
      accountId: await accountIdOf(this.accounts, { accountId, account }, requester.within),
    };
    return this.submitParams(params, { ...requester, priority, runAt: runAt === undefined ? null : new Date(runAt) });
  }

  /** For callers that know the account. */
  submitParams(params: ContentGenerationParams, submission: Submission): Promise<Submitted> {
    this.checkEnabled();
    return this.tasks.submit(this.requestOf(params, submission));
  }

  /** The task of a request, for callers that submit many in a transaction of their own. */
  requestOf(params: ContentGenerationParams, { createdBy, trigger, traceContext, idempotencyKey, priority, runAt = null }: Submission) {
    const timeoutMs = this.settings.asyncTaskTimeout * 1_000;
    return { name: CONTENT_GENERATION, params, priority, runAt, timeoutMs, createdBy, trigger, traceContext, idempotencyKey };
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
    return viewOf(row);
  }

  /** Newest first. */
  async listTasks({ statuses, accountId, within, beforeId, limit }: ContentTaskFilter): Promise<ContentTaskView[]> {
    const values = [statuses ?? null, accountId ?? null, beforeId ?? null, limit, within];
    return (await this.sql.query<ContentTaskRow>(SELECT_CONTENT_TASKS, values)).map(viewOf);
  }

  /** Cancels a live content task; a final one stays unchanged. */
  async cancelTask(id: string, actor: string, within: AccountLimit): Promise<ContentTaskView> {
    const task = await this.getTask(id, within);
    await this.tasks.cancelByIds([task.id], actor);
    return this.getTask(task.id, within);
  }
}

function viewOf({ taskStatus, attempt, externalId, ...row }: ContentTaskRow): ContentTaskView {
  return {
    ...row,
    phase: phaseOf({ status: taskStatus, attempt, externalId }),
    executionId: row.id,
    statusUrl: `/content-tasks/${row.taskId}`,
  };
}
