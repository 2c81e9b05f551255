/** Which of the agents that wait gets the next task. */
export const AGENT_STRATEGIES = ['round_robin', 'least_loaded', 'capability'] as const;
export type AgentStrategy = (typeof AGENT_STRATEGIES)[number];

export interface WaitingAgent {
  readonly id: string;
  readonly capabilities: readonly string[];
  readonly running: number;
  readonly maxConcurrency: number;
  /** When it got its last task, on any clock that only rises; -Infinity: never. */
  readonly servedAt: number;
}

/**
 * Of those with room. `round_robin`: who was served longest ago. `least_loaded`: who uses the smallest part of its slots.
 * `capability`: the most specific one, which leaves those that can do more to the tasks that need more. Ties go to the
 * less loaded, then to who was served longest ago, then by id.
 */
export function chooseAgent<Agent extends WaitingAgent>(strategy: AgentStrategy, waiting: readonly Agent[]): Agent | undefined {
  const first: Record<AgentStrategy, (agent: Agent) => number> = {
    round_robin: ({ servedAt }) => servedAt,
    least_loaded: loadOf,
    capability: ({ capabilities }) => new Set(capabilities).size,
  };
  const weights = [first[strategy], loadOf, ({ servedAt }: Agent) => servedAt];
  const before = (a: Agent, b: Agent) => {
    const weight = weights.find((weigh) => weigh(a) !== weigh(b));
    return weight ? weight(a) < weight(b) : a.id < b.id;
  };
  return waiting
    .filter(({ running, maxConcurrency }) => running < maxConcurrency)
    .reduce<Agent | undefined>((best, agent) => (best && !before(agent, best) ? best : agent), undefined);
}

const loadOf = ({ running, maxConcurrency }: WaitingAgent) => running / maxConcurrency;
