import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { AGENT_STRATEGIES, type AgentStrategy } from '../../core/dispatch/agent-choice.ts';
import { STRATEGIES, type Strategy } from '../../core/dispatch/choose-groups.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';

export class StrategyBody {
  @ApiPropertyOptional({ enum: STRATEGIES, description: 'The order in which the queue dispatches its tasks.' })
  @IsIn(STRATEGIES, { message: `strategy must be one of ${STRATEGIES.join(', ')}` })
  @IfGiven()
  strategy?: Strategy;

  @ApiPropertyOptional({ enum: AGENT_STRATEGIES, description: 'How one of several waiting agents is chosen for the next task.' })
  @IsIn(AGENT_STRATEGIES, { message: `agentStrategy must be one of ${AGENT_STRATEGIES.join(', ')}` })
  @IfGiven()
  agentStrategy?: AgentStrategy;
}

export class StrategyView {
  @ApiProperty({ example: 'content' })
  name: string;
  @ApiProperty({ enum: STRATEGIES })
  strategy: Strategy;
  @ApiProperty({ enum: AGENT_STRATEGIES })
  agentStrategy: AgentStrategy;
}

export class PausedDefinitionView {
  @ApiProperty({ example: 'content-generation' })
  name: string;
  @ApiProperty({ description: 'No process starts it; running tasks finish.' })
  paused: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  pausedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  pausedBy: ActorView | null;
}

export class PausedDefinitionList {
  @ApiProperty({ type: [PausedDefinitionView] })
  items: PausedDefinitionView[];
}

export function toPausedView({ name, pausedAt, pausedBy }: { name: string; pausedAt: Date; pausedBy: string }): PausedDefinitionView {
  return { name, paused: true, pausedAt, pausedBy: parseActor(pausedBy) };
}
