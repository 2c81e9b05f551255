import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Min } from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { type DiffPart, diffText } from '../../core/text/text-diff.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ToInt } from '../../platform/http/paging.ts';
import type { Content } from './content.entity.ts';
import type { VersionEntry, VersionTexts } from './content.service.ts';

export class DiffQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The older version. Default: the one before `to`.' })
  @ToInt()
  @IsInt()
  @Min(1)
  @IsOptional()
  from?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The newer version. Default: the current one.' })
  @ToInt()
  @IsInt()
  @Min(1)
  @IsOptional()
  to?: number;
}

export class VersionView {
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty()
  title: string;
  @ApiProperty({ type: ActorView, nullable: true, description: 'Who made the edit; null for the generated version.' })
  author: Actor | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ type: [String], description: 'The names of its files.' })
  attachments: string[];
}

export class VersionList {
  @ApiProperty({ type: [VersionView], description: 'The newest 201, newest first.' })
  items: VersionView[];
}

class DiffPartView implements DiffPart {
  @ApiProperty({ enum: ['same', 'added', 'removed'] })
  change: DiffPart['change'];
  @ApiProperty()
  text: string;
}

export class ContentDiff {
  @ApiProperty({ type: 'integer' })
  from: number;
  @ApiProperty({ type: 'integer' })
  to: number;
  @ApiProperty({ type: [DiffPartView] })
  title: DiffPart[];
  @ApiProperty({ type: [DiffPartView] })
  summary: DiffPart[];
  @ApiProperty({ type: [DiffPartView], description: 'By words, in Chinese too; very different texts by lines.' })
  bodyMarkdown: DiffPart[];
}

export function toVersionView({ author, ...version }: VersionEntry): VersionView {
  return { ...version, author: author === null ? null : parseActor(author) };
}

export function diffVersions(older: VersionTexts, newer: VersionTexts, language: Content['language']): ContentDiff {
  const compare = (member: 'title' | 'summary' | 'bodyMarkdown'): DiffPart[] => diffText(older[member], newer[member], language);
  return {
    from: older.version,
    to: newer.version,
    title: compare('title'),
    summary: compare('summary'),
    bodyMarkdown: compare('bodyMarkdown'),
  };
}
