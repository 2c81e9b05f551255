import { Injectable } from '@nestjs/common';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import { toAgentView } from '../../agents/agent.view.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';
import { QueueService } from '../../tasks/queues/queue.service.ts';
import type { Topic } from './topics.ts';

/** What a topic shows of one thing. `shown`: equal when nothing that matters has changed. */
interface State {
  readonly frame: string;
  readonly shown: string;
}

const EVERY_MS = 1_000;
const MAX_AGENTS = 1_000;
const STATE_TOPICS = ['queues', 'agents'] as const satisfies readonly Topic[];
type StateTopic = (typeof STATE_TOPICS)[number];

/**
 * The state of queues and agents as frames without ids. A stream begins with all of them and gets those that change, at most once a
 * second, so that nothing is lost by an interruption.
 */
@Injectable()
export class StateFrames {
  private readonly known = new Map<StateTopic, ReadonlyMap<string, State>>();
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly queues: QueueService,
    private readonly agents: AgentRegistry,
  ) {}

  /** All of it, for a stream that begins. */
  async all(topics: ReadonlySet<Topic>): Promise<string> {
    const frames: string[] = [];
    for (const topic of STATE_TOPICS) if (topics.has(topic)) for (const { frame } of (await this.read(topic)).values()) frames.push(frame);
    return frames.join('');
  }

  /** What has changed since the last call, by topic; undefined when the last one was less than a second ago. */
  async changes(topics: ReadonlySet<Topic>): Promise<ReadonlyMap<Topic, string> | undefined> {
    const wanted = STATE_TOPICS.filter((topic) => topics.has(topic));
    if (wanted.length === 0 || performance.now() - this.lookedAt < EVERY_MS) return undefined;
    this.lookedAt = performance.now();
    const changed = new Map<Topic, string>();
    for (const topic of wanted) {
      const before = this.known.get(topic) ?? new Map<string, State>();
      const now = await this.read(topic);
      this.known.set(topic, now);
      const fresh = [...now].filter(([id, { shown }]) => before.get(id)?.shown !== shown).map(([, { frame }]) => frame);
      const gone = [...before.keys()].filter((id) => !now.has(id)).map((id) => goneFrame(topic, id));
      changed.set(topic, [...fresh, ...gone].join(''));
    }
    return changed;
  }

  private async read(topic: StateTopic): Promise<ReadonlyMap<string, State>> {
    if (topic === 'queues') return new Map((await this.queues.list()).map((queue) => [queue.name, queueState(queue)]));
    const agents = await this.agents.list({ limit: MAX_AGENTS });
    return new Map(agents.map((agent) => [agent.id, agentState(toAgentView(agent))]));
  }
}

function queueState(queue: Awaited<ReturnType<QueueService['list']>>[number]): State {
  const { name, pausedAt, pending, submitted, running, oldestWaitingMs } = queue;
  const data = { name, paused: pausedAt !== null, pending, submitted, running };
  const waiting = oldestWaitingMs === null ? null : Math.round(oldestWaitingMs);
  return { frame: sseFrame({ event: 'queue', data: { ...data, oldestWaitingMs: waiting } }), shown: JSON.stringify(data) };
}

function agentState(agent: ReturnType<typeof toAgentView>): State {
  const { id, name, kind, status, running, maxConcurrency, load, lastSeenAt } = agent;
  const data = { id, name, kind, status, running, maxConcurrency, load };
  return { frame: sseFrame({ event: 'agent', data: { ...data, lastSeenAt } }), shown: JSON.stringify(data) };
}

/** A queue without a row and without tasks, or an agent that was unregistered. */
function goneFrame(topic: StateTopic, id: string): string {
  return topic === 'queues'
    ? sseFrame({ event: 'queue', data: { name: id, paused: false, pending: 0, submitted: 0, running: 0, oldestWaitingMs: null } })
    : sseFrame({ event: 'agent', data: { id, status: 'gone' } });
}
