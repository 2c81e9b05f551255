import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { FILE_EXTENSIONS, type FileType } from '../../core/files/file-type.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import type { Attachment } from './attachment.ts';

export const ATTACHMENT_TYPES = Object.keys(FILE_EXTENSIONS) as FileType[];

export class AttachmentQuery {
  @ApiProperty({
    maxLength: 255,
    example: 'Annual report.pdf',
    description: 'The name of the file. Its letters become a safe ASCII name, and its extension that of the type.',
  })
  @IsString()
  @IsFilled()
  @MaxLength(255)
  name: string;
}

export class AttachmentName {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  id: string;

  @ApiProperty()
  @Matches(/^[a-z0-9][a-z0-9._-]{0,99}$/, { message: 'name must be that of an attachment, such as annual-report.pdf' })
  @IsString()
  name: string;
}

/** A file that an editor added to a content. */
export class AttachmentView {
  @ApiProperty({ example: 'annual-report.pdf', description: 'Unique in the content. A text refers to it as `assets/annual-report.pdf`.' })
  name: string;
  @ApiProperty({ example: 'Annual report.pdf', description: 'The name as its editor wrote it.' })
  title: string;
  @ApiProperty({ enum: ATTACHMENT_TYPES, description: 'Read from the bytes.' })
  mediaType: FileType;
  @ApiProperty({ type: 'integer' })
  bytes: number;
  @ApiProperty({ description: 'In hex.' })
  sha256: string;
  @ApiProperty({ type: ActorView })
  addedBy: Actor;
  @ApiProperty({ format: 'date-time' })
  addedAt: string;
}

export class AttachmentList {
  @ApiProperty({ type: [AttachmentView], description: 'In the order in which they were added; at most 20.' })
  items: AttachmentView[];
  @ApiProperty({ type: 'integer', description: 'Version of the content, for If-Match.' })
  version: number;
}

export function toAttachmentView({ addedBy, ...file }: Attachment): AttachmentView {
  return { ...file, addedBy: parseActor(addedBy) };
}
