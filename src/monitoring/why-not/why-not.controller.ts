import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../platform/auth/access.decorator.ts';
import { WhyNotService } from './why-not.service.ts';
import { WhyNotView } from './why-not.view.ts';

@ApiTags('executions')
@Controller('executions')
export class WhyNotController {
  constructor(private readonly service: WhyNotService) {}

  @Get(':executionId/why')
  @Access('viewer')
  @ApiOperation({ operationId: 'executions_explain', summary: 'Why an execution is not running, and when it can start' })
  @ApiOkResponse({ type: WhyNotView })
  explain(@Param('executionId') executionId: string): Promise<WhyNotView> {
    return this.service.explain(executionId);
  }
}
