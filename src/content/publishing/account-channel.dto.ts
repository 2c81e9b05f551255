import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsString, MaxLength } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';

export class CreateChannelBody {
  @ApiProperty({ example: 'site', description: 'Unique within the account; commands accept it.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiProperty({ example: 'file', description: 'A kind of GET /channels. It cannot be changed.' })
  @IsString()
  @IsName()
  @MaxLength(50)
  kind: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'By the configSchema of GET /channels.',
    example: { mode: 'publish' },
  })
  @IsObject()
  config: object;

  @ApiPropertyOptional({ default: true })
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class UpdateChannelBody {
  @ApiPropertyOptional()
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  name?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsObject()
  @IfGiven()
  config?: object;

  @ApiPropertyOptional()
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class AccountChannelView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ example: 'file' })
  kind: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  config: object;
  @ApiProperty()
  enabled: boolean;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AccountChannelList {
  @ApiProperty({ type: [AccountChannelView] })
  items: AccountChannelView[];
}
