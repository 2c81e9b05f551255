import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { LimitService } from './limit.service.ts';
import { LimitBody, LimitList, LimitView, toLimitView } from './limit.dto.ts';

/** Limits on the tasks of a key. A change applies from the next claim on, in every process. */
@ApiTags('limits')
@Controller('limits')
export class LimitsController {
  constructor(private readonly limits: LimitService) {}

  @Get()
  @RequirePermission('limits:read')
  @ApiOperation({ operationId: 'limits_list', summary: 'All limits, by key' })
  @ApiOkResponse({ type: LimitList })
  async list(): Promise<LimitList> {
    return { items: (await this.limits.list()).map(toLimitView) };
  }

  @Put(':key')
  @RequirePermission('limits:set')
  @ApiOperation({ operationId: 'limits_set', summary: 'Limit the tasks of a key; replaces its limit' })
  @ApiOkResponse({ type: LimitView })
  async set(@Param('key') key: string, @Body() { maxRunning, rate }: LimitBody): Promise<LimitView> {
    return toLimitView(await this.limits.set({ key, maxRunning: maxRunning ?? null, rate: rate ?? null }));
  }

  @Delete(':key')
  @RequirePermission('limits:set')
  @HttpCode(204)
  @ApiOperation({ operationId: 'limits_remove', summary: 'Remove a limit; a limit of the definition then applies again' })
  @ApiNoContentResponse()
  remove(@Param('key') key: string): Promise<void> {
    return this.limits.remove(key);
  }
}
