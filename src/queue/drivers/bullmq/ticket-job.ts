import { randomBytes } from 'node:crypto';
import { DEFAULT_PRIORITY } from '../../../core/task/priority.ts';
import type { WakeUp } from '../../task-queue.ts';

/** What is stored in Redis: ids of ready tasks of one queue and one priority. */
export interface TicketData {
  readonly ids: readonly string[];
}

export interface TicketJob {
  readonly name: typeof TICKET;
  readonly data: TicketData;
  readonly opts: { readonly jobId: string; readonly priority: number };
}

export const TICKET = 'ticket';
/** Tasks on one ticket: a fetch from Redis costs as much as about twenty of them, and one worker gets all. */
export const MOST_IDS = 50;
const HIGHEST = 10;

/** As few jobs as the tickets of one queue fit into. */
export function toJobs(tickets: readonly WakeUp[]): TicketJob[] {
  const jobs: TicketJob[] = [];
  for (const [priority, same] of Map.groupBy(tickets, (ticket) => ticket.priority ?? DEFAULT_PRIORITY)) {
    for (let i = 0; i < same.length; i += MOST_IDS) jobs.push(toJob(same.slice(i, i + MOST_IDS), priority));
  }
  return jobs;
}

/** From ours to theirs, and back: ours is 1 to 10 and the highest first, theirs the smallest first with 0 for none. */
export const mirrorPriority = (priority: number): number => HIGHEST + 1 - priority;

function toJob(tickets: readonly WakeUp[], priority: number): TicketJob {
  const data = { ids: tickets.map(({ id }) => id) };
  return { name: TICKET, data, opts: { jobId: jobIdOf(tickets), priority: mirrorPriority(priority) } };
}

/**
 * Redis keeps one job per id, so a task announced twice has one ticket. Where the epoch is not known, or several tasks
 * share a ticket, the id is of its own: another list may begin alike.
 */
function jobIdOf(tickets: readonly WakeUp[]): string {
  const [first] = tickets;
  if (!first) throw new Error('a ticket names a task');
  if (tickets.length === 1 && first.epoch !== undefined) return `${first.id}-${first.epoch}`;
  return `${first.id}-${first.epoch ?? 'again'}-${randomBytes(4).toString('hex')}`;
}
