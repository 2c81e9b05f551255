import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../platform/auth/principal.ts';
import { parseIdempotencyKey } from '../../platform/http/idempotency.ts';
import { AcceptedExecution, setSubmissionHeaders } from '../service/accepted-execution.view.ts';
import { TaskService } from '../service/task.service.ts';
import { countsOf } from '../../engine/bulk/bulk-action.ts';
import type { BulkRequest } from './bulk.dto.ts';
import { BulkService } from './bulk.service.ts';
import { BulkPreview } from './bulk.view.ts';

/** What the routes answer that start an operation on many executions, or count what it would do. */
@Injectable()
export class BulkOperations {
  constructor(
    private readonly tasks: TaskService,
    private readonly bulk: BulkService,
  ) {}

  /** 200: nothing is done. */
  async preview(request: BulkRequest, reply: FastifyReply): Promise<BulkPreview> {
    void reply.status(200);
    return new BulkPreview(countsOf(await this.bulk.count(request, null)));
  }

  /** The execution that does it. */
  async submit(
    name: string,
    params: object,
    key: string | undefined,
    principal: Principal,
    reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    const stored = await this.tasks.submit({
      name,
      params,
      createdBy: principal.id,
      actor: principal.name,
      trigger: 'api',
      idempotencyKey: parseIdempotencyKey(key),
    });
    setSubmissionHeaders(reply, `/executions/${stored.id}`, stored.replayed);
    return new AcceptedExecution(stored.id, name, false);
  }
}
