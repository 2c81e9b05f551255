import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { decodeIdCursor, idPage } from '../../http/paging.ts';
import { RequirePermission } from '../permission.decorator.ts';
import { exported, EXPORT_TYPES } from './operation-audit.export.ts';
import { OperationAuditQuery, OperationExportQuery, OperationPage, toOperationCriteria, toOperationView } from './operation-audit.dto.ts';
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

  @Get('export')
  @ApiOperation({ operationId: 'audit_export', summary: 'The same changes as a file, all of them, newest first' })
  @ApiProduces('text/csv', 'application/jsonl')
  @ApiOkResponse({ description: 'The file.', schema: { type: 'string' } })
  export(@Query() { format = 'jsonl', ...query }: OperationExportQuery): StreamableFile {
    const pages = this.operations.all(toOperationCriteria(query));
    const file = Readable.from(exported(pages, format), { objectMode: false });
    return new StreamableFile(file, { type: EXPORT_TYPES[format], disposition: `attachment; filename="audit.${format}"` });
  }
}
