import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiPropertyOptional,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { type AuthenticatedRequest, CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { ToInt } from '../../platform/http/paging.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { SseRegistry } from '../../platform/http/sse.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { LogFeed } from './log-feed.ts';
import { MAX_SEQ } from './logs.dto.ts';

class LogStreamQuery {
  @ApiPropertyOptional({ type: 'integer', default: 0, description: 'Lines after this sequence number. Last-Event-ID wins.' })
  @ToInt()
  @IsInt()
  @Min(0)
  @Max(MAX_SEQ)
  @IsOptional()
  after: number = 0;
}

const EVENTS = `
\`log\` (LogLine; the id is its seq), \`transition\` (TransitionView), \`progress\` ({progress, step}), at last \`end\` ({executionId, status,
attempt, error}). \`bye\` ({reason}) when the server closes before: reconnect with Last-Event-ID. Every connection sends all transitions
from the first on; compare their version.`;

@ApiTags('executions')
@Controller('executions')
export class LogStreamController {
  constructor(
    private readonly tasks: TaskAccessService,
    private readonly streams: SseRegistry,
    private readonly feed: LogFeed,
  ) {}

  @Get(':executionId/logs/stream')
  @RequirePermission('tasks:read')
  @ApiOperation({
    operationId: 'executions_streamLogs',
    summary: 'Stream the log of one execution from a line on',
    description: EVENTS.trim().replaceAll('\n', ' '),
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'seq of the last line received' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'Server-sent events.', schema: { type: 'string' } })
  @ApiTooManyRequestsResponse({ description: 'The key has reached its limit of event streams.', ...withHeaders('Retry-After') })
  async stream(
    @Param('executionId') executionId: string,
    @Query() query: LogStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: AuthenticatedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const seq = lastEventId === undefined ? query.after : parseSeq(lastEventId);
    const task = await this.tasks.get(executionId, principal);
    this.feed.follow(this.streams.open(request, reply), task.id, seq);
  }
}

function parseSeq(header: string): number {
  if (/^(0|[1-9]\d{0,9})$/.test(header) && Number(header) <= MAX_SEQ) return Number(header);
  throw ProblemError.badRequest('invalid_last_event_id', 'The header Last-Event-ID is not the number of a line.', {
    errors: [{ pointer: '/Last-Event-ID', code: 'invalid_last_event_id', detail: 'is not the number of a line' }],
  });
}
