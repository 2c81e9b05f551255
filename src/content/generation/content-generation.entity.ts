import { Column, Entity, PrimaryColumn } from 'typeorm';

export const CONTENT_GENERATION = 'content-generation';

/** The request of an editor. Its state is that of the engine task with the same id. */
@Entity('content_generation')
export class ContentGeneration {
  @PrimaryColumn('uuid')
  id: string;

  /** The caller's own id, or `task-` and 12 hex digits. */
  @Column('varchar', { name: 'task_id', length: 100, unique: true })
  taskId: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'content_id', nullable: true })
  contentId: string | null;

  /** The content that the request is another attempt at. */
  @Column('uuid', { name: 'rewrite_of', nullable: true })
  rewriteOf: string | null;

  @Column('text', { nullable: true })
  topic: string | null;

  /** Hashes by which similar topics are found. */
  @Column('integer', { name: 'topic_grams', array: true })
  topicGrams: number[];

  @Column('jsonb')
  keywords: string[];

  @Column('text', { nullable: true })
  category: string | null;

  @Column('text', { nullable: true })
  requirements: string | null;

  @Column('text', { nullable: true })
  tone: string | null;

  @Column('boolean', { name: 'auto_approve' })
  autoApprove: boolean;

  /** Its creator only makes samples. */
  @Column('boolean', { name: 'is_sample' })
  isSample: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
