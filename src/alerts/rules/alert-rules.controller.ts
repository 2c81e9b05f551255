import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import {
  AlertRuleList,
  AlertRuleView,
  CreateRuleBody,
  PreviewBody,
  PreviewView,
  toPreviewView,
  toRuleFields,
  toRuleView,
  UpdateRuleBody,
} from './alert-rule.dto.ts';
import { AlertRuleService } from './alert-rule.service.ts';
import type { AlertRule } from './alert-rule.ts';

@ApiTags('alerts')
@Controller('alert-rules')
export class AlertRulesController {
  constructor(private readonly rules: AlertRuleService) {}

  @Get()
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alertRules_list', summary: 'The rules of alerts, by name' })
  @ApiOkResponse({ type: AlertRuleList })
  async list(): Promise<AlertRuleList> {
    return { items: (await this.rules.list()).map(toRuleView) };
  }

  @Post()
  @RequirePermission('alerts:edit')
  @HttpCode(201)
  @ApiOperation({ operationId: 'alertRules_create', summary: 'Create a rule: the next evaluation uses it' })
  @ApiCreatedResponse({ type: AlertRuleView, ...withHeaders('Location', 'ETag') })
  @ApiConflictResponse({ description: 'The name is taken, or there are 200 rules.' })
  async create(
    @Body() body: CreateRuleBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AlertRuleView> {
    const rule = await this.rules.create(toRuleFields(body), formatActor(principal));
    void reply.header('location', `/alert-rules/${rule.id}`);
    return show(rule, reply);
  }

  @Post('preview')
  @RequirePermission('alerts:edit')
  @HttpCode(200)
  @ApiOperation({ operationId: 'alertRules_previewCondition', summary: 'How often a condition would have fired in the last 7 days' })
  @ApiOkResponse({ type: PreviewView })
  async previewCondition(@Body() { metric, comparison = 'above', threshold }: PreviewBody): Promise<PreviewView> {
    return toPreviewView(metric, await this.rules.preview({ metric, comparison, threshold }));
  }

  @Get(':id')
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alertRules_get', summary: 'One rule' })
  @ApiOkResponse({ type: AlertRuleView, ...withHeaders('ETag') })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AlertRuleView> {
    return show(await this.rules.get(id), reply);
  }

  @Patch(':id')
  @RequirePermission('alerts:edit')
  @ApiOperation({ operationId: 'alertRules_update', summary: 'Change, enable or disable a rule: replaces the given members' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiConflictResponse({ description: 'The name is taken.' })
  @ApiOkResponse({ type: AlertRuleView, ...withHeaders('ETag') })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateRuleBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AlertRuleView> {
    const rule = await this.rules.get(id);
    requireIfMatch(ifMatch, rule.version);
    return show(await this.rules.update(rule, body), reply);
  }

  @Delete(':id')
  @RequirePermission('alerts:edit')
  @HttpCode(204)
  @ApiOperation({ operationId: 'alertRules_remove', summary: 'Delete a rule with its alerts and their history' })
  @ApiNoContentResponse()
  async remove(@Param('id') id: string): Promise<void> {
    await this.rules.remove(await this.rules.get(id));
  }

  @Get(':id/preview')
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alertRules_preview', summary: 'How often the rule would have fired in the last 7 days' })
  @ApiOkResponse({ type: PreviewView })
  async preview(@Param('id') id: string): Promise<PreviewView> {
    const rule = await this.rules.get(id);
    return toPreviewView(rule.metric, await this.rules.preview(rule));
  }
}

function show(rule: AlertRule, reply: FastifyReply): AlertRuleView {
  void reply.header('etag', etagOf(rule.version));
  return toRuleView(rule);
}
