import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { SourceDto } from '../account-parts.dto.ts';

export class CheckSourceBody {
  @ApiProperty({ type: SourceDto, description: 'As in `sources` of an account. It need not be stored.' })
  @IsObject()
  @ValidateNested()
  @Type(() => SourceDto)
  source: SourceDto;
}

class SourceSampleView {
  @ApiProperty({ type: 'string', nullable: true })
  title: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  url: string | null;
  @ApiProperty({ type: 'string', nullable: true, example: '2026-11-28', description: 'ISO day.' })
  publishedAt: string | null;
  @ApiProperty({ description: 'The start of its text, at most 200 characters.' })
  text: string;
}

export class SourceProblemView {
  @ApiProperty({ example: 'invalid_input', description: '`transient`: it may work later.' })
  code: string;
  @ApiProperty({ description: 'What is wrong and what to change.' })
  detail: string;
}

export class SourceCheckView {
  @ApiProperty({ description: 'A creator can read it now.' })
  usable: boolean;
  @ApiProperty({ type: 'integer', description: 'Items of a feed or an API, headings of a page, files with text.' })
  items: number;
  @ApiProperty({ type: 'integer', description: 'Words, 字 for Chinese, of all items.' })
  words: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'ISO day of the newest item that has a date.' })
  newestAt: string | null;
  @ApiProperty({ type: [SourceSampleView], description: 'The first 5.' })
  samples: SourceSampleView[];
  @ApiProperty({ type: [String], description: 'What was left out.' })
  warnings: string[];
  @ApiProperty({ type: SourceProblemView, nullable: true, description: 'Why it is not usable.' })
  problem: SourceProblemView | null;
}
