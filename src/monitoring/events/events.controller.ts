import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiTags, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { type AuthenticatedRequest, CurrentPrincipal, type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { SseRegistry } from '../../platform/http/sse.ts';
import { EventFeed } from './event-feed.ts';

const TOPICS = ['executions'] as const;

/** `a,b`, or the parameter several times. */
function ToWords(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value));
}

class EventsQuery {
  @ApiProperty({ enum: TOPICS, isArray: true, description: 'The topics of the stream, comma-separated.' })
  @ToWords()
  @IsIn(TOPICS, { each: true, message: `topics must be one of ${TOPICS.join(', ')}` })
  @ArrayNotEmpty()
  @IsArray()
  topics: (typeof TOPICS)[number][];
}

const EVENTS = `
\`ready\` first; \`execution\` ({executionId, taskName, status, phase, attempt, progress, step, version, at}) for every transition, and
without an id for progress; \`reset\` when events after Last-Event-ID are no longer available: reload your lists; \`bye\` ({reason})
when the server closes the stream, at the latest after about five minutes: reconnect with Last-Event-ID, to any process.`;

@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly streams: SseRegistry,
    private readonly feed: EventFeed,
  ) {}

  @Get()
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'events_stream', summary: 'Stream of task events', description: EVENTS.trim().replaceAll('\n', ' ') })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'id of the last event received' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'Server-sent events.', schema: { type: 'string' } })
  @ApiTooManyRequestsResponse({ description: 'The key has reached its limit of event streams.', ...withHeaders('Retry-After') })
  async stream(
    @Query() _query: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: AuthenticatedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const start = await this.feed.startAfter(lastEventId, scopeOf(principal));
    this.feed.follow(this.streams.open(request, reply), start);
  }
}
