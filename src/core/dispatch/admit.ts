import { parseLane } from './lane.ts';
import { enter, isOpen, type Room } from './limit.ts';

interface Waiting {
  readonly lane: string | null;
}

/** The first of these that may start, `wanted` at most; for tasks whose order is nobody's choice. `capabilities`: undefined for all. */
export function admit<T extends Waiting>(
  waiting: readonly T[],
  { wanted, rooms, capabilities }: { wanted: number; rooms: readonly Room[]; capabilities: ReadonlySet<string> | undefined },
): T[] {
  const admitted: T[] = [];
  for (const one of waiting) {
    if (admitted.length >= wanted) break;
    const lane = parseLane(one.lane);
    const limits = rooms.filter(({ key }) => lane.keys.includes(key));
    if (!limits.every(isOpen) || (capabilities && !lane.capabilities.every((name) => capabilities.has(name)))) continue;
    limits.forEach(enter);
    admitted.push(one);
  }
  return admitted;
}
