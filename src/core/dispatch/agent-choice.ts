import { compareText } from '../text/compare-text.ts';

/** How the next task is given to one of the waiting agents. */
export const AGENT_STRATEGIES = ['round_robin', 'least_loaded', 'capability'] as const;
export type AgentStrategy = (typeof AGENT_STRATEGIES)[number];

export interface WaitingAgent {
  readonly id: string;
  readonly capabilities: readonly string[];
  readonly running: number;
  readonly maxConcurrency: number;
  /** When the agent got its last task, by a monotonic clock; -Infinity means never. */
  readonly servedAt: number;
}

/**
 * Chooses among the agents that have free slots. `round_robin`: the agent that was served longest ago. `least_loaded`:
 * the agent that uses the smallest share of its slots. `capability`: the agent with the fewest capabilities, so that
 * more capable agents stay free for tasks that need them. A tie goes to the less loaded agent, then to the one served
 * longest ago, then to the smaller id.
 */
export function chooseAgent<Agent extends WaitingAgent>(strategy: AgentStrategy, waiting: readonly Agent[]): Agent | undefined {
  const first: Record<AgentStrategy, (agent: Agent) => number> = {
    round_robin: ({ servedAt }) => servedAt,
    least_loaded: loadOf,
    capability: ({ capabilities }) => new Set(capabilities).size,
  };
  const weights = [first[strategy], loadOf, ({ servedAt }: Agent) => servedAt];
  const compare = (a: Agent, b: Agent) => {
    const weight = weights.find((weigh) => weigh(a) !== weigh(b));
    return weight ? weight(a) - weight(b) : compareText(a.id, b.id);
  };
  return waiting.filter(({ running, maxConcurrency }) => running < maxConcurrency).sort(compare)[0];
}

const loadOf = ({ running, maxConcurrency }: WaitingAgent) => running / maxConcurrency;
