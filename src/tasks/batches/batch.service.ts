import { isInScope } from '../../core/actor/account-scope.ts';
import { parseActor } from '../../core/actor/actor.ts';
import { type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId } from '../../platform/ids/new-id.ts';
import { executorOfManager, inRolledBackTransaction } from '../../platform/database/manager-executor.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { requestHash } from '../../platform/http/idempotency.ts';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { validateParams } from '../definitions/validate-params.ts';
import { type BatchRow, BatchStore } from '../../engine/batches/batch-store.ts';
import { dependencyProblem } from '../../engine/task-dependencies.ts';
import { TaskStore } from '../../engine/task-store.ts';
import type { SubmitRequest } from '../service/new-task.ts';
import { keyReused, MAX_REPORTED_ERRORS } from '../service/reused-keys.ts';
import { type PreviewedSubmission, TaskService } from '../service/task.service.ts';
import { authorizeBatch } from './batch-authorization.ts';
import { type BatchPlan, planBatch } from './batch-planner.ts';
import type { AcceptedBatch, BatchItem, BatchPreview, BatchView, CreateBatchBody } from './batch.dto.ts';

export interface BatchRequester {
  /** The text of an actor (core/actor/actor.ts). */
  createdBy: string;
  traceContext?: string | null;
  idempotencyKey: string | null;
}

/** How long a request waits for a database that restarts; then it is answered with 503. */
const SUBMIT_RETRY_MS = 2_000;

/** Accepts, counts and cancels many tasks together. */
@Injectable()
export class BatchService {
  constructor(
    private readonly batches: BatchStore,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly repository: TaskStore,
    private readonly tasks: TaskService,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws {ProblemError} 403, or 422 for accounts that the caller does not reach */
  authorize(principal: Principal, { tasks }: CreateBatchBody): void {
    authorizeBatch(principal, tasks, (name) => this.definitions.find(name));
  }

  /** All or nothing, in one transaction. Throws 422 with a pointer for each invalid item. */
  async submit(body: CreateBatchBody, requester: BatchRequester): Promise<{ batch: AcceptedBatch; replayed: boolean }> {
    const hash = requester.idempotencyKey === null ? null : requestHash('POST /batches', { name: body.name, tasks: body.tasks });
    const earlier = hash && (await this.findStored(body.tasks, requester, hash));
    if (earlier) return { batch: earlier, replayed: true };
    const plan = planBatch(body.tasks);
    this.checkItems(body.tasks);
    const batchId = newId();
    const announce = await retryTransient({ forMs: SUBMIT_RETRY_MS }, () => this.store(batchId, body, plan, requester, hash));
    if (announce) {
      announce();
      return { batch: toAccepted(batchId, body.tasks, plan), replayed: false };
    }
    // Another request with the same key was first, and its transaction has ended.
    const first = hash && (await this.findStored(body.tasks, requester, hash));
    if (!first) throw ProblemError.conflict('batch_in_flight', 'A batch with this Idempotency-Key was being stored.', { retryable: true });
    return { batch: first, replayed: true };
  }

  /** What `submit` would store: its work, rolled back. Throws as it does, except that keys are not read. */
  async preview(body: CreateBatchBody, { createdBy }: Pick<BatchRequester, 'createdBy'>): Promise<BatchPreview> {
    const plan = planBatch(body.tasks);
    this.checkItems(body.tasks);
    const batchId = newId();
    const requests = requestsOf(batchId, body, plan, { createdBy, idempotencyKey: null });
    const previewed = await retryTransient({ forMs: SUBMIT_RETRY_MS }, () =>
      inRolledBackTransaction(this.dataSource, async (manager) => {
        const batch = { id: batchId, name: body.name, total: requests.length, createdBy, idempotencyKey: null, requestHash: null };
        await this.batches.insert(batch, executorOfManager(manager));
        await this.checkDependencies(body.tasks, plan);
        return this.tasks.previewInTransaction(manager, requests);
      }),
    );
    return toPreview(body, previewed);
  }

  /** A caller that is limited to accounts sees only its own batches. @throws {ProblemError} 404 */
  async get(id: string, principal?: Principal): Promise<BatchView> {
    const row = isUuid(id) ? await this.batches.find(id) : undefined;
    const scope = principal === undefined ? null : scopeOf(principal);
    if (!row || !isInScope(scope, { accountId: null, createdBy: row.createdBy }))
      throw ProblemError.notFound('batch_not_found', `There is no batch "${id.slice(0, 100)}".`);
    return toView(row);
  }

  /** Cancels open tasks; ended tasks are not changed. */
  async cancel(id: string, actor: string, principal?: Principal): Promise<BatchView> {
    const { batchId } = await this.get(id, principal);
    await this.tasks.cancelBatch(batchId, actor);
    return this.get(batchId);
  }

  /** Returns the function that announces the tasks; undefined when the key was used before. */
  private store(
    batchId: string,
    body: CreateBatchBody,
    plan: BatchPlan,
    requester: BatchRequester,
    hash: Buffer | null,
  ): Promise<(() => void) | undefined> {
    const { createdBy, idempotencyKey } = requester;
    const requests = requestsOf(batchId, body, plan, requester);
    return this.dataSource.transaction(async (manager) => {
      const batch = { id: batchId, name: body.name, total: requests.length, createdBy, idempotencyKey, requestHash: hash };
      if (!(await this.batches.insert(batch, executorOfManager(manager)))) return undefined;
      // After the insert: a repeated request gets its stored answer, even when its dependencies have ended since.
      await this.checkDependencies(body.tasks, plan);
      return this.tasks.submitInTransaction(manager, requests);
    });
  }

  private async findStored(items: readonly BatchItem[], requester: BatchRequester, hash: Buffer): Promise<AcceptedBatch | undefined> {
    const row = requester.idempotencyKey === null ? undefined : await this.batches.findByKey(requester.createdBy, requester.idempotencyKey);
    if (!row) return undefined;
    if (!row.requestHash.equals(hash)) throw keyReused('This Idempotency-Key was used for another batch.');
    return toAccepted(row.id, items, planBatch(items, row.taskIds));
  }

  private checkItems(items: readonly BatchItem[]): void {
    const errors: ProblemDetail[] = [];
    for (const [i, item] of items.entries()) {
      if (errors.length < MAX_REPORTED_ERRORS)
        errors.push(...this.errorsOf(item).map((error) => ({ ...error, pointer: `/tasks/${i}${error.pointer}` })));
    }
    if (errors.length > 0) throw invalid(errors);
  }

  private errorsOf({ taskName, params }: BatchItem): ProblemDetail[] {
    try {
      validateParams(this.definitions.get(taskName), params);
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return error.errors.length > 0 ? error.errors : [{ pointer: '/taskName', code: error.code, detail: error.message }];
    }
  }

  /** Names each wrong id with its pointer. The submission checks again, under a lock. */
  private async checkDependencies(items: readonly BatchItem[], { dependsOn, external }: BatchPlan): Promise<void> {
    if (external.size === 0) return;
    const rows = await this.repository.statuses([...external]);
    const statuses = new Map(rows.map(({ id, status }) => [id, status]));
    const errors: ProblemDetail[] = [];
    for (const [i, ids] of dependsOn.entries()) {
      for (const [k, id] of ids.entries()) {
        const problem = external.has(id) && dependencyProblem(id, statuses.get(id), items[i]?.onDependencyFailure ?? 'cancel');
        if (problem && errors.length < MAX_REPORTED_ERRORS) {
          errors.push({ pointer: `/tasks/${i}/dependsOn/${k}`, code: problem.code, detail: `${id} ${problem.detail}` });
        }
      }
    }
    if (errors.length > 0) throw invalid(errors);
  }
}

function requestsOf(batchId: string, body: CreateBatchBody, plan: BatchPlan, { createdBy, traceContext }: BatchRequester): SubmitRequest[] {
  return body.tasks.map((item, i) => ({
    id: plan.ids[i],
    name: item.taskName,
    params: item.params,
    priority: item.priority,
    runAt: item.runAt === undefined ? null : new Date(item.runAt),
    dependsOn: plan.dependsOn[i],
    onDependencyFailure: item.onDependencyFailure,
    parentId: batchId,
    createdBy,
    trigger: 'api',
    traceContext,
  }));
}

function toPreview({ name, tasks }: CreateBatchBody, previewed: readonly PreviewedSubmission[]): BatchPreview {
  const items = previewed.map(({ task, stored }, i) => ({
    ref: tasks[i]?.ref ?? null,
    taskName: task.name,
    queue: task.queue,
    status: stored.status,
    priority: task.priority,
    runAt: task.runAt,
    dependsOn: tasks[i]?.dependsOn ?? [],
  }));
  const ready = items.filter(({ status }) => status === 'submitted').length;
  return { name, total: items.length, ready, waiting: items.length - ready, items };
}

function invalid(errors: ProblemDetail[]): ProblemError {
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ');
  return ProblemError.unprocessable('invalid_batch', 'Tasks of the batch are not valid; nothing was stored.', { detail, errors });
}

function toAccepted(batchId: string, items: readonly BatchItem[], { ids }: BatchPlan): AcceptedBatch {
  const accepted = items.map(({ ref = null }, i) => ({ ref, executionId: ids[i] as string }));
  return { batchId, total: items.length, items: accepted, statusUrl: `/batches/${batchId}` };
}

function toView({ id, name, total, completed, failed, cancelled, createdBy, createdAt, doneAt }: BatchRow): BatchView {
  const ended = completed + failed + cancelled;
  return {
    batchId: id,
    name,
    total,
    counts: { completed, failed, cancelled, open: total - ended },
    progress: Math.floor((100 * ended) / total),
    createdBy: parseActor(createdBy),
    createdAt,
    doneAt,
    statusUrl: `/batches/${id}`,
    executionsUrl: `/executions?batchId=${id}`,
  };
}
