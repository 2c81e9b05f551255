/** A task that was running at an agent when it ended or fell silent. */
export interface AgentCrash {
  /** Names the boot of the agent. */
  readonly owner: string;
  readonly taskId: string;
  readonly at: Date;
}

/**
 * How often an agent ended or fell silent with tasks that had not done that to it before. What one boot lost within `spreadMs`
 * was lost at once: an agent that runs three tasks dies once, and a poisoned task that kills it three times counts once.
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
