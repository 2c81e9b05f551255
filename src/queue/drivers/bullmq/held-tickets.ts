import type { Job, Worker } from 'bullmq';
import type { TicketData } from './ticket-job.ts';

/** A ticket taken from Redis, and who may change it there. */
export interface TakenTicket {
  readonly job: Job<TicketData>;
  readonly token: string;
  readonly worker: Worker<TicketData>;
}

interface Held extends TakenTicket {
  readonly open: Set<string>;
}

/** BullMQ thinks its worker dead when a lock is older. */
export const LOCK_MS = 30_000;

/** Tickets whose tasks run here: their jobs stay active, so that a board shows what is going on, and end with the last one. */
export class HeldTickets {
  private readonly running = new Set<string>();
  private readonly byTask = new Map<string, Held>();
  private readonly held = new Map<string, Held>();
  private readonly finishing = new Set<Promise<unknown>>();

  started(ids: Iterable<string>): void {
    for (const id of ids) this.running.add(id);
  }

  runs(id: string): boolean {
    return this.running.has(id);
  }

  ended(id: string): void {
    this.running.delete(id);
    const held = this.byTask.get(id);
    if (!held) return;
    this.byTask.delete(id);
    held.open.delete(id);
    if (held.open.size === 0) this.finish(held);
  }

  /** Ends the ticket's job with its tasks: now, when none of them runs here. */
  keep(ticket: TakenTicket): void {
    const open = new Set(ticket.job.data.ids.filter((id) => this.running.has(id) && !this.byTask.has(id)));
    const held = { ...ticket, open };
    if (open.size === 0) return this.finish(held);
    for (const id of open) this.byTask.set(id, held);
    this.held.set(ticket.token, held);
  }

  /** To be called more often than every 30 s. */
  renew(): void {
    for (const [worker, tickets] of Map.groupBy(this.held.values(), (held) => held.worker)) {
      const ids = tickets.map(({ job }) => job.id ?? '');
      const tokens = tickets.map(({ token }) => token);
      worker.extendJobLocks(ids, tokens, LOCK_MS).catch(() => undefined); // a ticket that is lost is found by the stalled check
    }
  }

  /** Forgets all tickets. BullMQ puts their jobs back, and whoever takes them finds nothing to do. */
  drop(): void {
    this.byTask.clear();
    this.held.clear();
  }

  /** Ends the jobs of all tickets. */
  async finishAll(): Promise<void> {
    for (const held of this.held.values()) this.finish(held);
    this.byTask.clear();
    await this.finished();
  }

  /** Resolves when no job is being ended. */
  async finished(): Promise<void> {
    await Promise.all(this.finishing);
  }

  private finish({ job, token }: TakenTicket): void {
    this.held.delete(token);
    const finished = job.moveToCompleted(null, token, false).catch(() => undefined); // it is gone, or will be put back
    this.finishing.add(finished);
    void finished.then(() => this.finishing.delete(finished));
  }
}
