import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { Publishing } from '../../core/publishing/publishing.ts';
import type { ReviewPolicy } from '../../core/review/review-policy.ts';
import type { Cadence } from '../../core/topics/cadence.ts';
import type { Source, Voice } from '../../creators/creator.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';

export const ACCOUNT_STATUSES = ['active', 'paused', 'archived'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];
export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface AccountSection extends Cadence {
  code: string;
  name: string;
  wordCount?: number;
  /** Its subjects: topics are scored by them. */
  keywords?: string[];
}

/** A publishing account: its voice, its subjects and its sources. */
@Entity('accounts')
export class Account {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { unique: true })
  name: string;

  @Column('text')
  platform: string;

  @Column('text', { nullable: true })
  owner: string | null;

  @Column('text')
  status: AccountStatus;

  @Column('text')
  language: Language;

  @Column('text', { name: 'time_zone' })
  timeZone: string;

  @Column('jsonb')
  voice: Voice;

  @Column('jsonb')
  sections: AccountSection[];

  @Column('jsonb')
  sources: Source[];

  /** Name of a creator; a request may name another. */
  @Column('text')
  creator: string;

  @Column('jsonb')
  review: ReviewPolicy;

  /** Options of that creator; a request may override each. */
  @Column('jsonb', { name: 'creator_options' })
  creatorOptions: CreatorOptions;

  /** Slots, quota and names for publishing. */
  @Column('jsonb')
  publishing: Publishing;

  @Column('boolean', { name: 'publishing_paused' })
  publishingPaused: boolean;

  /** How many of its contents are generated at once; null for no limit. A trigger writes it into the limits of the engine. */
  @Column('smallint', { nullable: true })
  concurrency: number | null;

  @VersionColumn()
  version: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
