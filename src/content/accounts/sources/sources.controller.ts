import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../../platform/auth/permission.decorator.ts';
import { CheckSourceBody, SourceCheckView } from './source-check.dto.ts';
import { SourceCheckService } from './source-check.service.ts';

@ApiTags('accounts')
@Controller('sources')
export class SourcesController {
  constructor(private readonly checks: SourceCheckService) {}

  @Post('check')
  @HttpCode(200)
  @RequirePermission('accounts:edit')
  @ApiOperation({
    operationId: 'sources_check',
    summary: 'Read a source as a creator would, in at most 20 s: what was found, or what to change. Nothing is stored',
  })
  @ApiOkResponse({ type: SourceCheckView })
  check(@Body() { source }: CheckSourceBody): Promise<SourceCheckView> {
    return this.checks.check(source);
  }
}
