import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeIdCursor, idPage } from '../../http/paging.ts';
import { RequirePermission } from '../permission.decorator.ts';
import { OperationAuditQuery, OperationPage, toOperationCriteria, toOperationView } from './operation-audit.dto.ts';
import { OperationAuditRepository } from './operation-audit.repository.ts';

const LIST = 'audit';

@ApiTags('audit')
@Controller('audit')
@RequirePermission('audit:read')
export class OperationAuditController {
  constructor(private readonly operations: OperationAuditRepository) {}

  @Get()
  @ApiOperation({ operationId: 'audit_list', summary: 'Changes by callers to anything but tasks, newest first' })
  @ApiOkResponse({ type: OperationPage })
  async list(@Query() query: OperationAuditQuery): Promise<OperationPage> {
    const rows = await this.operations.list(toOperationCriteria(query), decodeIdCursor(LIST, query.cursor), query.limit + 1);
    return idPage(LIST, rows, query.limit, toOperationView);
  }
}
