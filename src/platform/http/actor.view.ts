import { ApiProperty } from '@nestjs/swagger';
import { type Actor, ACTOR_TYPES, type ActorType } from '../../core/actor/actor.ts';

/** Who made a change. */
export class ActorView implements Actor {
  @ApiProperty({ enum: ACTOR_TYPES })
  type: ActorType;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Id of the user, key or agent; the lease owner of a worker; null for the system.',
  })
  id: string | null;
  @ApiProperty({ example: 'first key' })
  name: string;
}
