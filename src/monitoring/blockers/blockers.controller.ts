import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { BlockersService } from './blockers.service.ts';
import { BlockersView } from './blockers.view.ts';

@ApiTags('executions')
@Controller('executions')
export class BlockersController {
  constructor(private readonly service: BlockersService) {}

  @Get(':executionId/why')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_explain', summary: 'Why an execution is not running, and when it can start' })
  @ApiOkResponse({ type: BlockersView })
  explain(@Param('executionId') executionId: string, @CurrentPrincipal() principal: Principal): Promise<BlockersView> {
    return this.service.explain(executionId, principal);
  }
}
