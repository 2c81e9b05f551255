import { Injectable } from '@nestjs/common';
import { TransitionFeedReader } from '../../engine/inspection/transition-feed-reader.ts';
import { deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { CleansUp, type RetentionRule } from '../../platform/lifecycle/retention-rule.ts';

/** Deletes changes of contents and alerts that no event stream can continue after: those of two days ago. */
@Injectable()
@CleansUp('live-changes')
export class LiveChangeRetention implements RetentionRule {
  constructor(private readonly feed: TransitionFeedReader) {}

  async clean(signal: AbortSignal): Promise<void> {
    await deleteInPages(() => this.feed.deleteOldChanges(), signal);
  }
}
