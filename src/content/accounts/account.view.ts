import { ApiProperty } from '@nestjs/swagger';
import { DEFAULT_CREATOR } from '../../creators/creator.registry.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { ANY_OPTIONS } from '../creators/any-options.ts';
import { ACCOUNT_STATUSES, type AccountStatus, LANGUAGES, type Language } from './account.entity.ts';
import { ReviewPolicyDto, SectionDto, SourceDto, VoiceDto } from './account-parts.dto.ts';
import { PublishingDto } from './publishing.dto.ts';

/** An account as stored: optional members of a request always have a value here. */
export class AccountView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'tech-notes' })
  name: string;
  @ApiProperty({ example: 'blog' })
  platform: string;
  @ApiProperty({ type: 'string', nullable: true })
  owner: string | null;
  @ApiProperty({ enum: LANGUAGES })
  language: Language;
  @ApiProperty({ example: 'Asia/Shanghai' })
  timeZone: string;
  @ApiProperty({ type: VoiceDto })
  voice: VoiceDto;
  @ApiProperty({ type: [SectionDto] })
  sections: SectionDto[];
  @ApiProperty({ type: [SourceDto] })
  sources: SourceDto[];
  @ApiProperty({ example: DEFAULT_CREATOR })
  creator: string;
  @ApiProperty({ type: ReviewPolicyDto })
  review: ReviewPolicyDto;
  @ApiProperty(ANY_OPTIONS)
  creatorOptions: CreatorOptions;
  @ApiProperty({ type: 'integer', nullable: true, description: 'How many of its contents are generated at once; null for no limit.' })
  concurrency: number | null;
  @ApiProperty({ type: PublishingDto })
  publishing: PublishingDto;
  @ApiProperty({ description: 'All entries of the publish pool are held back.' })
  publishingPaused: boolean;
  @ApiProperty({ enum: ACCOUNT_STATUSES })
  status: AccountStatus;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AccountPage {
  @ApiProperty({ type: [AccountView] })
  items: AccountView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}
