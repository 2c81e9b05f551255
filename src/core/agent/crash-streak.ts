/** A task that was running on an agent when the agent ended or its lease was lost. */
export interface AgentCrash {
  /** The lease owner: it identifies one boot of the agent. */
  readonly owner: string;
  readonly taskId: string;
  readonly at: Date;
}

/**
 * Counts how often an agent crashed with tasks that had not crashed it before. Losses of one boot within `spreadMs`
 * count once, because an agent that runs three tasks dies only once. A poison pill that kills the agent three times
 * also counts once.
 */
export function crashStreak(crashes: readonly AgentCrash[], spreadMs: number): number {
  const known = new Set<string>();
  const lastOf = new Map<string, number>();
  let streak = 0;
  for (const { owner, taskId, at } of [...crashes].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    if (known.has(taskId)) continue;
    known.add(taskId);
    if (at.getTime() - (lastOf.get(owner) ?? Number.NEGATIVE_INFINITY) > spreadMs) streak += 1;
    lastOf.set(owner, at.getTime());
  }
  return streak;
}
