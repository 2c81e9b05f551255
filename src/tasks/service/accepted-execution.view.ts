import { applyDecorators, type Type } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { withHeaders } from '../../platform/http/answer-headers.ts';

const EXAMPLE_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
/** Seconds between two looks at an execution that runs. */
export const POLL_SECONDS = '1';

/** The answer to a submission: the same for a repeat under the same key, even when the task has moved on. */
export class AcceptedExecution {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({ example: 'user-space-sync' })
  taskName: string;
  @ApiProperty({ enum: ['running'], description: 'It runs until it is completed, failed or cancelled.' })
  status: 'running';
  @ApiProperty({ enum: ['submitted', 'pending'] })
  state: 'submitted' | 'pending';
  @ApiProperty({ enum: ['ready', 'waiting'] })
  phase: 'ready' | 'waiting';
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}` })
  statusUrl: string;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}/logs` })
  logsUrl: string;

  constructor(id: string, taskName: string, later: boolean) {
    this.executionId = id;
    this.taskName = taskName;
    this.status = 'running';
    this.state = later ? 'pending' : 'submitted';
    this.phase = later ? 'waiting' : 'ready';
    this.statusUrl = `/executions/${id}`;
    this.logsUrl = `/executions/${id}/logs`;
  }
}

/** Documents a route that stores tasks: its idempotency key, and the headers of its answer. */
export function ApiSubmission(type: Type, description?: string): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'A repeat with the same key and body gives the first answer again.',
    }),
    ApiAcceptedResponse({ type, ...(description && { description }), ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed') }),
  );
}

/** The headers that ApiSubmission documents. */
export function setSubmissionHeaders(reply: FastifyReply, location: string, replayed: boolean): void {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  void reply.header('location', location).header('retry-after', POLL_SECONDS);
}
