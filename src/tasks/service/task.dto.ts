import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsObject, IsString, IsUUID, MaxLength } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { DependentOptions } from './start-options.dto.ts';
import { EXAMPLE_ID } from '../../platform/http/example-id.ts';

export class ExecuteTaskBody extends DependentOptions {
  @ApiPropertyOptional({
    type: Object,
    example: { space: 'docs' },
    description: 'The params of the handler; see GET /tasks for their schema.',
  })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ type: [String], maxItems: 100, description: 'Ids of executions that must end first.' })
  @IsArray()
  @ArrayMaxSize(100)
  @IsUUID('all', { each: true })
  @IfGiven()
  dependsOn?: string[];

  @ApiPropertyOptional({ maxLength: 200, description: 'Concurrency key of the task, instead of that of its definition; see GET /limits.' })
  @IsString()
  @IsName()
  @MaxLength(200)
  @IfGiven()
  concurrencyKey?: string;
}

export class CancelByIdsBody {
  @ApiProperty({ type: [String], maxItems: 1000, example: [EXAMPLE_ID] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  executionIds: string[];
}

export class CancelByNamesBody {
  @ApiProperty({ type: [String], maxItems: 100, example: ['user-space-sync'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  taskNames: string[];
}
