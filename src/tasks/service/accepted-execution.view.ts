import { applyDecorators, type Type } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  isTerminal,
  LEGACY_STATUSES,
  legacyStatus,
  phaseOf,
  PUBLIC_STATUSES,
  publicStatus,
  TASK_PHASES,
  type TaskPhase,
} from '../../core/task/states.ts';
import type { Submitted } from '../../engine/task-store.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { ApiTraceparent } from '../../platform/http/trace-context.decorator.ts';
import { EXAMPLE_ID } from '../../platform/http/example-id.ts';

/** Retry-After of an execution that has not ended. */
export const POLL_SECONDS = '1';

/** The answer to a submission: the current state of the stored task. For a repeated request the task may already have ended. */
export class AcceptedExecution {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({ example: 'user-space-sync' })
  taskName: string;
  @ApiProperty({ enum: LEGACY_STATUSES, description: 'running until the task is final; a new task always is.' })
  status: string;
  @ApiProperty({ enum: PUBLIC_STATUSES, description: 'submitted or pending for a new task.' })
  state: string;
  @ApiProperty({ enum: TASK_PHASES, nullable: true, description: 'null when the task is final.' })
  phase: TaskPhase | null;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}` })
  statusUrl: string;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}/logs` })
  logsUrl: string;
}

/** The answer, with its headers. */
export function acceptedExecution(reply: FastifyReply, stored: Submitted, taskName: string): AcceptedExecution {
  const { id, status, replayed } = stored;
  setSubmissionHeaders(reply, `/executions/${id}`, { replayed, ended: isTerminal(status) });
  return {
    executionId: id,
    taskName,
    status: legacyStatus(status),
    state: publicStatus(status),
    phase: phaseOf(stored),
    statusUrl: `/executions/${id}`,
    logsUrl: `/executions/${id}/logs`,
  };
}

/** Documents a route that stores tasks: its idempotency key, and the headers of its answer. */
export function ApiSubmission(type: Type, description?: string): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'A repeated request with the same key and body stores nothing and answers with the state of the first task.',
    }),
    ApiTraceparent(),
    ApiAcceptedResponse({ type, ...(description && { description }), ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed') }),
  );
}

/** Sets the headers that ApiSubmission documents. No Retry-After for a task that has ended. */
export function setSubmissionHeaders(
  reply: FastifyReply,
  location: string,
  { replayed, ended }: { replayed: boolean; ended: boolean },
): void {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  if (!ended) void reply.header('retry-after', POLL_SECONDS);
  void reply.header('location', location);
}
