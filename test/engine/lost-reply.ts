type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * The next call that `concerns` picks does its work, and its answer is lost on the way back: the caller cannot know
 * whether it was done. Returns how many were lost so far.
 */
export function loseReply(target: object, method: string, concerns: (...args: unknown[]) => boolean = () => true): () => number {
  const real = Reflect.get(target, method) as Method;
  let lost = 0;
  Reflect.set(target, method, async (...args: unknown[]) => {
    const answer = await real.apply(target, args);
    if (lost > 0 || !concerns(...args)) return answer;
    lost += 1;
    throw new Error('Connection terminated unexpectedly');
  });
  return () => lost;
}
