import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { type AuthenticatedRequest, CurrentPrincipal, type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { SseRegistry } from '../../platform/http/sse.ts';
import { EventFeed } from './event-feed.ts';
import { allowedTopics, type Topic, TOPICS } from './topics.ts';

/** `a,b`, or the parameter several times. */
function ToWords(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value));
}

class EventsQuery {
  @ApiProperty({
    enum: TOPICS,
    isArray: true,
    description:
      'The topics of the stream, comma-separated. contents and pool need the permission content:read, queues queues:read, agents agents:read, schedules schedules:read and alerts alerts:read.',
  })
  @ToWords()
  @IsIn(TOPICS, { each: true, message: `topics must be one of ${TOPICS.join(', ')}` })
  @ArrayNotEmpty()
  @IsArray()
  topics: Topic[];

  @ApiPropertyOptional({
    maxLength: 100,
    description: 'Events after this id, for clients that cannot send a header, such as EventSource of a browser. Last-Event-ID wins.',
  })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  after?: string;
}

const EVENTS = `
\`ready\` first; \`execution\` ({executionId, taskName, status, phase, attempt, progress, step, version, at, queue, subject, errorCode, createdAt,
startedAt, finishedAt}) for every transition, and without an id for progress; \`content\` ({contentId, accountId, title, transition, fromStatus,
reviewStatus, version, revision, executionId}) for every change of a review; \`alert\` ({alertId, ruleId, rule, series, severity, fromStatus, status, value,
version}) for every change of an alert; \`pool_entry\` ({entryId, accountId, contentId, channelId, transition, fromStatus, status, scheduledAt, revision}) for
every transition of an entry of the publish pool; \`schedule\` ({scheduleId, name, taskName, kind, status, version}) for every change and firing of a
schedule, with the kind system and without an id for the pauses of system schedules; \`queue\` ({name, paused, pending, submitted, running, oldestWaitingMs}) and \`agent\` ({id, name, kind, status,
running, maxConcurrency, load, lastSeenAt}) for each at the beginning, and when it changes, at most once a second; \`reset\` when events after Last-Event-ID are no longer available: reload your lists; \`bye\` ({reason})
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
  @ApiOperation({
    operationId: 'events_stream',
    summary: 'One stream of the events of all topics',
    description: EVENTS.trim().replaceAll('\n', ' '),
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'id of the last event received' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'Server-sent events.', schema: { type: 'string' } })
  @ApiTooManyRequestsResponse({ description: 'The key has reached its limit of event streams.', ...withHeaders('Retry-After') })
  async stream(
    @Query() query: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: AuthenticatedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const topics = allowedTopics(query.topics, principal);
    const start = await this.feed.startAfter(lastEventId ?? query.after, scopeOf(principal), topics);
    this.feed.follow(this.streams.open(request, reply), start);
  }
}
