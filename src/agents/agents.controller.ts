import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../platform/auth/principal.ts';
import { Settings } from '../platform/config/settings.ts';
import { decodeIdCursor, idPage } from '../platform/http/paging.ts';
import { AgentRegistry } from './agent.registry.ts';
import { AgentsQuery, QuarantineBody, RegisterAgentBody } from './agent.dto.ts';
import { AgentHealthView, AgentPage, AgentView, EnrolledAgent, toAgentView, toHealthView, UnregisteredAgent } from './agent.view.ts';
import { requireOwnAgent } from './own-agent.guard.ts';

const LIST = 'agents';
const MAX_CONCURRENCY = 3;

/** Agents: the processes of ContentHub, and remote programs that lease over HTTP. */
@ApiTags('agents')
@Controller('agents')
export class AgentsController {
  constructor(
    private readonly registry: AgentRegistry,
    private readonly settings: Settings,
  ) {}

  @Post()
  @RequirePermission('agents:register')
  @HttpCode(201)
  @ApiOperation({ operationId: 'agents_register', summary: 'Register an agent, also again: its token is shown once' })
  @ApiCreatedResponse({ type: EnrolledAgent })
  @ApiConflictResponse({ description: 'A process of ContentHub has this name.' })
  async register(@Body() body: RegisterAgentBody, @CurrentPrincipal() principal: Principal): Promise<EnrolledAgent> {
    const { name, capabilities, maxConcurrency = MAX_CONCURRENCY, version = null } = body;
    const enrolled = await this.registry.register({ name, capabilities, maxConcurrency, version }, principal);
    return { ...enrolled, heartbeatMs: this.settings.leaseBeatMs, ttlMs: this.settings.leaseTtlMs };
  }

  @Get()
  @RequirePermission('agents:read')
  @ApiOperation({ operationId: 'agents_list', summary: 'Agents and processes that run tasks, newest first' })
  @ApiOkResponse({ type: AgentPage })
  async list(@Query() { kind, capability, status, cursor, limit }: AgentsQuery): Promise<AgentPage> {
    const rows = await this.registry.list({ kind, capability, status, beforeId: decodeIdCursor(LIST, cursor), limit: limit + 1 });
    return idPage(LIST, rows, limit, toAgentView);
  }

  @Get(':agentId')
  @RequirePermission('agents:read')
  @ApiOperation({ operationId: 'agents_get', summary: 'One agent' })
  @ApiOkResponse({ type: AgentView })
  async get(@Param('agentId') agentId: string): Promise<AgentView> {
    return toAgentView(await this.registry.get(agentId));
  }

  @Get(':agentId/health')
  @RequirePermission('agents:read')
  @ApiOperation({ operationId: 'agents_getHealth', summary: 'Whether an agent is online and gets tasks, and why not' })
  @ApiOkResponse({ type: AgentHealthView })
  async health(@Param('agentId') agentId: string): Promise<AgentHealthView> {
    return toHealthView(await this.registry.get(agentId));
  }

  @Post(':agentId/drain')
  @RequirePermission('agents:operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'agents_drain', summary: 'Stop leasing to an agent; running tasks finish' })
  @ApiOkResponse({ type: AgentView })
  async drain(@Param('agentId') agentId: string): Promise<AgentView> {
    return toAgentView(await this.registry.drain(agentId));
  }

  @Post(':agentId/resume')
  @RequirePermission('agents:operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'agents_resume', summary: 'End the drain or the quarantine of an agent' })
  @ApiOkResponse({ type: AgentView })
  async resume(@Param('agentId') agentId: string): Promise<AgentView> {
    return toAgentView(await this.registry.resume(agentId));
  }

  @Post(':agentId/quarantine')
  @RequirePermission('agents:operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'agents_quarantine', summary: 'Put an agent into quarantine, with a reason: it gets no tasks' })
  @ApiOkResponse({ type: AgentView })
  @ApiConflictResponse({ description: 'It is a process of ContentHub: drain it.' })
  async quarantine(@Param('agentId') agentId: string, @Body() { reason }: QuarantineBody): Promise<AgentView> {
    return toAgentView(await this.registry.quarantine(agentId, reason));
  }

  @Delete(':agentId')
  @RequirePermission('agents:register')
  @ApiOperation({ operationId: 'agents_unregister', summary: 'Unregister an agent: its tasks are requeued at once, its token is revoked' })
  @ApiOkResponse({ type: UnregisteredAgent })
  @ApiConflictResponse({ description: 'It is a process of ContentHub: stop it.' })
  async unregister(@Param('agentId') agentId: string, @CurrentPrincipal() principal: Principal): Promise<UnregisteredAgent> {
    requireOwnAgent(agentId, principal);
    return { id: agentId, released: await this.registry.unregister(agentId) };
  }
}
