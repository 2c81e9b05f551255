import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type Actor, isSameActor, parseActor } from '../../core/actor/actor.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { SELECT_PRESENCE, UPSERT_PRESENCE } from './presence.sql.ts';

export class ContentReader {
  @ApiProperty({ type: ActorView })
  reader: Actor;
  @ApiProperty({ format: 'date-time' })
  since: Date;
}

export class ContentReaders {
  @ApiProperty({ type: [ContentReader], description: 'The others that have it open.' })
  items: ContentReader[];
}

/** Who has a content open. */
@Injectable()
export class PresenceService {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async seen(contentId: string, actor: string): Promise<void> {
    await this.sql.query(UPSERT_PRESENCE, [contentId, actor]);
  }

  /** The readers of a content except the caller. */
  async others(contentId: string, actor: string): Promise<ContentReader[]> {
    const rows = await this.sql.query<{ reader: string; since: Date }>(SELECT_PRESENCE, [contentId]);
    return rows.filter(({ reader }) => !isSameActor(reader, actor)).map(({ reader, since }) => ({ reader: parseActor(reader), since }));
  }
}
