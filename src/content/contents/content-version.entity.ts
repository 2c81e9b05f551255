import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Attachment } from '../attachments/attachment.ts';

/** A content before an edit. */
@Entity('content_versions')
export class ContentVersion {
  @PrimaryColumn('uuid', { name: 'content_id' })
  contentId: string;

  @PrimaryColumn('integer')
  version: number;

  @Column('text')
  title: string;

  @Column('text')
  summary: string;

  @Column('text', { name: 'body_markdown' })
  bodyMarkdown: string;

  @Column('jsonb')
  attachments: Attachment[];

  @Column('text', { name: 'edited_by' })
  editedBy: string;

  @Column('timestamptz')
  at: Date;
}
