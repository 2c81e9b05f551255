import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { parseIdempotencyKey } from '../../platform/http/idempotency.ts';
import { type AcceptedExecution, acceptedExecution } from '../service/accepted-execution.view.ts';
import { TaskService } from '../service/task.service.ts';
import { countsOf } from '../../engine/bulk/bulk-action.ts';
import type { BulkOperationParams, BulkRequest } from './bulk.dto.ts';
import { BulkService } from './bulk.service.ts';
import { BulkPreview } from './bulk.view.ts';

/** What the headers of a request say about the task that it submits. */
export interface SubmissionHeaders {
  /** Idempotency-Key, as it was sent. */
  readonly key: string | undefined;
  /** W3C traceparent. */
  readonly traceContext: string | null;
}

/** The answers of the routes that start or preview an operation on many executions. */
@Injectable()
export class BulkOperations {
  constructor(
    private readonly tasks: TaskService,
    private readonly bulk: BulkService,
  ) {}

  /** 200 instead of 202, because nothing is stored. */
  async preview(request: BulkRequest, principal: Principal, reply: FastifyReply): Promise<BulkPreview> {
    void reply.status(200);
    return new BulkPreview(countsOf(await this.bulk.count(withScope(request, principal), null)));
  }

  /** Stores the task of the operation. */
  async submit(
    name: string,
    params: object,
    { key, traceContext }: SubmissionHeaders,
    principal: Principal,
    reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    const stored = await this.tasks.submit({
      name,
      params: withScope(params, principal),
      createdBy: formatActor(principal),
      trigger: 'api',
      idempotencyKey: parseIdempotencyKey(key),
      traceContext,
    });
    return acceptedExecution(reply, stored, name);
  }
}

/** An operation of a caller that is limited to accounts reaches only their tasks, and those that it submitted. */
function withScope<Params extends object>(params: Params, principal: Principal): Params & { scope?: BulkOperationParams['scope'] } {
  const scope = scopeOf(principal);
  return scope === null ? params : { ...params, scope: { ...scope, accountIds: [...scope.accountIds] } };
}
