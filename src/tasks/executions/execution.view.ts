import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ApiProperty } from '@nestjs/swagger';
import {
  LEGACY_STATUSES,
  legacyStatus,
  phaseOf,
  PUBLIC_STATUSES,
  publicStatus,
  TASK_PHASES,
  type TaskPhase,
} from '../../core/task/states.ts';
import { type Failure, FAILURE_CLASSES, type FailureClass } from '../../core/task/failure.ts';
import type { TaskRow } from '../../core/task/task.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { LogLine } from '../logs/log-line.view.ts';
import type { LogExcerpt } from '../logs/task-log.service.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { EXAMPLE_ID } from '../../platform/http/example-id.ts';

const NO_LOG: LogExcerpt = { lines: [], nextUrl: null };

export class ExecutionError {
  @ApiProperty({
    enum: FAILURE_CLASSES,
    example: 'transient',
    description: 'unknown_outcome: the work may have been done. The task is not retried automatically: check, then retry it or leave it.',
  })
  class: FailureClass;
  @ApiProperty({ example: 'ECONNRESET' })
  code: string;
  @ApiProperty()
  message: string;
  @ApiProperty({
    required: false,
    type: [String],
    description: 'The first stack frames of an error that the handler did not classify. The log has the whole stack at level debug.',
    example: ['at UserSpaceSync.handle (src/user-space/user-space-sync.ts:12:11)'],
  })
  frames?: readonly string[];
}

/** What clients see of a failure. */
export function toErrorView({ class: failureClass, code, message, frames }: Failure): ExecutionError {
  return { class: failureClass, code, message, ...(frames && { frames }) };
}

/** One task as `/executions` shows it. */
export class ExecutionView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Rises by one with each transition. Events of `/events` have it too: the higher one is newer.',
  })
  version: number;
  @ApiProperty({ example: 'content-generation' })
  taskName: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'The param `topic`, at most 300 characters; null without it.' })
  subject: string | null;
  @ApiProperty({ enum: PUBLIC_STATUSES })
  status: string;
  @ApiProperty({ enum: TASK_PHASES, nullable: true, description: 'What a task that is not final waits for or does.' })
  phase: TaskPhase | null;
  @ApiProperty()
  queue: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10 })
  priority: number;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty({ type: 'integer' })
  maxAttempts: number;
  @ApiProperty({ type: 'integer', description: 'Rises with each manual retry of a finished task.' })
  generation: number;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, nullable: true })
  progress: number | null;
  @ApiProperty({ type: 'string', nullable: true, example: 'draft', description: 'Code of the step in progress.' })
  step: string | null;
  @ApiProperty({ type: Object })
  params: unknown;
  @ApiProperty(ANY_JSON)
  result: unknown;
  @ApiProperty({ type: ExecutionError, nullable: true })
  error: ExecutionError | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  runAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  startedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When the attempt in progress times out.' })
  deadlineAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When the task as a whole times out.' })
  expiresAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  nextAttemptAt: Date | null;
  @ApiProperty({ type: 'string', nullable: true })
  worker: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When its worker last renewed the lease; null without a lease.',
  })
  heartbeatAt: Date | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Without another heartbeat the task is taken from its worker after this time.',
  })
  leaseExpiresAt: Date | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The account that it works for.' })
  accountId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The content that it wrote or works on.' })
  contentId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  batchId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'What submitted it together with others: its batch.' })
  parentId: string | null;
  @ApiProperty({ type: ActorView })
  createdBy: ActorView;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}` })
  statusUrl: string;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}/logs` })
  logsUrl: string;
}

/** One task as the `/tasks/running/…` API shows it: a status of four words, and the log. */
export class RunningExecutionView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({ example: 'user-space-sync' })
  taskName: string;
  @ApiProperty({ enum: LEGACY_STATUSES, description: 'running until the task is final.' })
  status: string;
  @ApiProperty({ enum: PUBLIC_STATUSES })
  state: string;
  @ApiProperty({ enum: TASK_PHASES, nullable: true })
  phase: TaskPhase | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  startedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: Date | null;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty({ type: 'integer', nullable: true })
  progress: number | null;
  @ApiProperty({ type: 'string', nullable: true })
  step: string | null;
  @ApiProperty(ANY_JSON)
  result: unknown;
  @ApiProperty({ type: ExecutionError, nullable: true })
  error: ExecutionError | null;
  @ApiProperty({ type: [LogLine], description: 'From the first line on. `logsTruncated` is true when lines are missing.' })
  logs: LogLine[];
  @ApiProperty({ description: 'Lines are missing: more than 1,000 (100 in a list), or too many bytes.' })
  logsTruncated: boolean;
  @ApiProperty({ type: 'string', nullable: true, description: 'Link to the missing lines; null unless logsTruncated.' })
  nextLogsUrl: string | null;
}

function errorOf(task: TaskRow): ExecutionError | null {
  return task.error && toErrorView(task.error);
}

export function toExecutionView(task: TaskRow): ExecutionView {
  const {
    id,
    version,
    name,
    queue,
    priority,
    attempt,
    maxAttempts,
    generation,
    progress,
    step,
    params,
    result,
    createdAt,
    runAt,
    startedAt,
  } = task;
  const { subject, accountId, contentId, batchId, heartbeatAt, leaseExpiresAt } = task;
  return {
    executionId: id,
    version,
    taskName: name,
    subject,
    status: publicStatus(task.status),
    phase: phaseOf(task),
    queue,
    priority,
    attempt,
    maxAttempts,
    generation,
    progress,
    step,
    params,
    result,
    error: errorOf(task),
    createdAt,
    runAt,
    startedAt,
    finishedAt: task.terminalAt,
    deadlineAt: task.deadlineAt,
    expiresAt: task.expiresAt,
    nextAttemptAt: task.status === 'pending' && attempt > 0 ? runAt : null,
    worker: task.owner,
    heartbeatAt,
    leaseExpiresAt,
    accountId,
    contentId: contentId !== null && isUuid(contentId) ? contentId : null,
    batchId,
    parentId: batchId,
    createdBy: parseActor(task.createdBy),
    statusUrl: `/executions/${id}`,
    logsUrl: `/executions/${id}/logs`,
  };
}

export function toRunningView(task: TaskRow, { lines, nextUrl }: LogExcerpt = NO_LOG): RunningExecutionView {
  return {
    executionId: task.id,
    taskName: task.name,
    status: legacyStatus(task.status),
    state: publicStatus(task.status),
    phase: phaseOf(task),
    startedAt: task.startedAt,
    finishedAt: task.terminalAt,
    attempt: task.attempt,
    progress: task.progress,
    step: task.step,
    result: task.result,
    error: errorOf(task),
    logs: lines,
    logsTruncated: nextUrl !== null,
    nextLogsUrl: nextUrl,
  };
}
