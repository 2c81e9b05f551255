import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Fence } from '../../core/task/task.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { NotRateLimited } from '../../platform/auth/not-rate-limited.decorator.ts';
import type { AgentPrincipal } from '../../platform/auth/principal.ts';
import { Settings } from '../../platform/config/settings.ts';
import { ResultBody, TextBody } from '../../platform/http/large-body.decorator.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import { AgentRegistry } from '../agent.registry.ts';
import { Heartbeats } from '../heartbeats.ts';
import { AgentWork } from './agent-work.service.ts';
import { LeasePollBroker } from './lease-poll-broker.ts';
import { onLostAnswer, whileConnected } from '../http/lost-answer.ts';
import { AGENT_ID, LEASE_LOST, OwnAgent } from '../own-agent.guard.ts';
import {
  CompleteBody,
  EndedReply,
  EpochBody,
  FailBody,
  HeartbeatBody,
  HeartbeatReply,
  LeaseBody,
  LeasedTask,
  LogsBody,
  LogsReply,
  ProgressBody,
  StartedReply,
} from './agent-work.dto.ts';

/** The requests of agents with their own token, see docs/agents.md. */
@ApiTags('agent work')
@ApiParam(AGENT_ID)
@Controller('agents/:agentId')
@RequirePermission('agents:work')
export class AgentWorkController {
  constructor(
    private readonly registry: AgentRegistry,
    private readonly heartbeats: Heartbeats,
    private readonly broker: LeasePollBroker,
    private readonly work: AgentWork,
    private readonly draining: Draining,
    private readonly settings: Settings,
  ) {}

  @Post('heartbeat')
  @NotRateLimited()
  @HttpCode(200)
  @ApiOperation({ operationId: 'agentWork_sendHeartbeat', summary: 'Send a heartbeat with the tasks that the agent runs' })
  @ApiOkResponse({ type: HeartbeatReply })
  heartbeat(@OwnAgent() agent: AgentPrincipal, @Body() { running, load }: HeartbeatBody): Promise<HeartbeatReply> {
    const fences = running.map(({ taskId, epoch }) => ({ id: taskId.toLowerCase(), epoch }));
    return this.heartbeats.beat(agent, fences, load ?? null);
  }

  @Post('lease')
  @HttpCode(200)
  @ApiOperation({ operationId: 'agentWork_lease', summary: 'Wait for tasks: answers as soon as there are some, or with none' })
  @ApiOkResponse({ type: [LeasedTask] })
  async lease(
    @OwnAgent() agent: AgentPrincipal,
    @Body() { max = 1, waitMs }: LeaseBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeasedTask[]> {
    const { id, capabilities, maxConcurrency } = await this.registry.get(agent.id);
    const asking = { id, owner: agent.leaseOwner, capabilities, maxConcurrency };
    const tasks = await whileConnected(reply.raw, (gone) => this.broker.lease(asking, { max, waitMs }, gone));
    if (tasks.length > 0) onLostAnswer(reply.raw, () => void this.broker.answerLost(tasks, asking));
    if (this.draining.active) void reply.header('connection', 'close'); // so that the next request reaches another process
    return tasks.map(({ id: taskId, epoch, name, params, attempt, maxAttempts, timeoutMs, traceContext: traceparent, ...task }) => {
      const { previousFailure, logSeq } = task;
      const ttlMs = this.settings.leaseTtlMs;
      return { taskId, epoch, name, params, attempt, maxAttempts, timeoutMs, ttlMs, traceparent, previousFailure, logSeq };
    });
  }

  @Post('tasks/:taskId/start')
  @NotRateLimited()
  @HttpCode(200)
  @ApiOperation({ operationId: 'agentWork_start', summary: 'Start the attempt and its time' })
  @ApiOkResponse({ type: StartedReply })
  @ApiConflictResponse(LEASE_LOST)
  async start(@OwnAgent() agent: AgentPrincipal, @Param('taskId') taskId: string, @Body() { epoch }: EpochBody): Promise<StartedReply> {
    return { deadlineAt: await this.work.start(agent, fence(taskId, epoch)) };
  }

  @Post('tasks/:taskId/progress')
  @NotRateLimited()
  @HttpCode(204)
  @ApiOperation({ operationId: 'agentWork_reportProgress', summary: 'Report the progress of the task' })
  @ApiNoContentResponse({ description: 'Noted.' })
  @ApiConflictResponse(LEASE_LOST)
  async progress(
    @OwnAgent() agent: AgentPrincipal,
    @Param('taskId') taskId: string,
    @Body() { epoch, progress, step }: ProgressBody,
  ): Promise<void> {
    await this.work.progress(agent, fence(taskId, epoch), Math.round(progress), step ?? null);
  }

  @Post('tasks/:taskId/logs')
  @NotRateLimited()
  @HttpCode(200)
  @TextBody()
  @ApiOperation({ operationId: 'agentWork_appendLogs', summary: 'Add lines to the log of the task' })
  @ApiOkResponse({ type: LogsReply })
  @ApiConflictResponse(LEASE_LOST)
  log(@OwnAgent() agent: AgentPrincipal, @Param('taskId') taskId: string, @Body() { epoch, lines, after }: LogsBody): Promise<LogsReply> {
    return this.work.log(agent, fence(taskId, epoch), lines, after);
  }

  @Post('tasks/:taskId/complete')
  @NotRateLimited()
  @HttpCode(200)
  @ResultBody()
  @ApiOperation({ operationId: 'agentWork_complete', summary: 'Complete the task. May be repeated' })
  @ApiOkResponse({ type: EndedReply })
  @ApiConflictResponse(LEASE_LOST)
  async complete(
    @OwnAgent() agent: AgentPrincipal,
    @Param('taskId') taskId: string,
    @Body() { epoch, result }: CompleteBody,
  ): Promise<EndedReply> {
    return { status: await this.work.complete(agent, fence(taskId, epoch), result ?? null) };
  }

  @Post('tasks/:taskId/fail')
  @NotRateLimited()
  @HttpCode(200)
  @TextBody()
  @ApiOperation({ operationId: 'agentWork_fail', summary: 'Report that the attempt failed. May be repeated' })
  @ApiOkResponse({ type: EndedReply })
  @ApiConflictResponse(LEASE_LOST)
  async fail(@OwnAgent() agent: AgentPrincipal, @Param('taskId') taskId: string, @Body() body: FailBody): Promise<EndedReply> {
    const { epoch, class: failureClass = 'internal', message, code, retryAfterMs } = body;
    return { status: await this.work.fail(agent, fence(taskId, epoch), { failureClass, message, code, retryAfterMs }) };
  }

  @Post('tasks/:taskId/release')
  @NotRateLimited()
  @HttpCode(200)
  @ApiOperation({ operationId: 'agentWork_release', summary: 'Release the task without using up an attempt. May be repeated' })
  @ApiOkResponse({ type: EndedReply })
  @ApiConflictResponse(LEASE_LOST)
  async release(@OwnAgent() agent: AgentPrincipal, @Param('taskId') taskId: string, @Body() { epoch }: EpochBody): Promise<EndedReply> {
    return { status: await this.work.release(agent, fence(taskId, epoch)) };
  }
}

const fence = (id: string, epoch: number): Fence => ({ id, epoch });
