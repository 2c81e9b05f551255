import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ANY_JSON } from '../../../platform/http/any-json.ts';

const ACTIONS = ['created', 'changed', 'unchanged', 'error'] as const;

export class AccountImportQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], default: 'false', description: 'true: only say what would change.' })
  @IsIn(['true', 'false'])
  @IsOptional()
  dryRun?: string;
}

class FieldChangeView {
  @ApiProperty({ example: '/voice/minWords', description: 'A JSON pointer into the account.' })
  field: string;
  @ApiProperty({ ...ANY_JSON, description: 'Null where the account has no value.' })
  before: unknown;
  @ApiProperty({ ...ANY_JSON, description: 'Null where the value is removed.' })
  after: unknown;
}

class ImportErrorView {
  @ApiProperty({ example: '/voice/minWords', description: 'A JSON pointer into the account.' })
  field: string;
  @ApiProperty({ type: 'integer', description: 'In the file, from 1.' })
  line: number;
  @ApiProperty()
  detail: string;
  @ApiProperty()
  remedy: string;
}

export class ImportedAccountView {
  @ApiProperty({ example: 'tech-notes' })
  name: string;
  @ApiProperty({ enum: ACTIONS })
  action: (typeof ACTIONS)[number];
  @ApiProperty({ type: [FieldChangeView] })
  changes: FieldChangeView[];
  @ApiProperty({ type: [ImportErrorView] })
  errors: ImportErrorView[];
}

export class AccountImportView {
  @ApiProperty({ description: 'Names the file and the versions of its accounts. Send it as If-Match to apply exactly this.' })
  etag: string;
  @ApiProperty({ description: 'False for a preview.' })
  applied: boolean;
  @ApiProperty({ type: 'integer' })
  created: number;
  @ApiProperty({ type: 'integer' })
  changed: number;
  @ApiProperty({ type: 'integer' })
  unchanged: number;
  @ApiProperty({ type: 'integer', description: 'Accounts with errors. With any, nothing is applied.' })
  errors: number;
  @ApiProperty({ type: [ImportedAccountView] })
  items: ImportedAccountView[];
}
