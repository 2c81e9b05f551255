import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClaimedTask } from '../../../core/task/task.ts';
import { timerMs } from '../../../core/time/timer-ms.ts';
import type { RedisLink } from '../../../platform/redis/redis-link.ts';
import type { WakeUp } from '../../task-queue.ts';
import { HeldTickets, LOCK_MS, type TakenTicket } from './held-tickets.ts';
import { mirrorPriority, type TicketData } from './ticket-job.ts';
import { TicketLedger } from './ticket-ledger.ts';
import { within } from '../../../platform/lifecycle/with-timeout.ts';

export interface TicketReaderPorts {
  readonly link: RedisLink;
  /** Work may be there. */
  wake(queue: string): void;
  /** Tickets this process has no slots for. */
  ringAgain(tickets: readonly WakeUp[]): void;
}

/** A BullMQ worker and the connection it commands by; it makes another one itself to wait on. */
interface Line {
  readonly worker: Worker<TicketData>;
  readonly connection: Redis;
}

/** A fetch that finds nothing is over after this long. */
const BLOCK_S = 5;
const RETRY_MS = 1_000;
/** For so long tickets are gathered for one claim. Without an end 50 tasks waited for the last of them, up to 0.7 s on a busy machine. */
const GATHER_MS = 5;
const CLOSE_MS = 500;
/** Fetches written together. */
const MOST_AT_ONCE = 10;

/**
 * Takes the tickets of one queue from Redis: for as long as a worker of this process waits, and as many as it claimed.
 * The BullMQ worker is used by hand (getNextJob), because what a processor function takes is decided by a fixed number
 * and not by the slots that are free.
 */
export class TicketReader {
  private readonly ledger = new TicketLedger();
  private readonly held = new HeldTickets();
  /** Claimed here before their tickets were seen. */
  private readonly unseen = new Set<string>();
  private readonly stopping = new AbortController();
  private atHand: TakenTicket[] = [];
  private waiting = 0;
  private claiming = 0;
  private freeSlots = 1;
  private line: Line | undefined;
  /** Fetches on their way, and how to wait for them no longer. */
  private readonly fetches = new Map<Promise<void>, () => void>();
  private idsOnLast = 1;
  private wanted: (() => void) | undefined;
  private readonly renewal: NodeJS.Timeout;
  private readonly reading: Promise<void>;
  /** When a fetch last came back, with a ticket or without. */
  heardAt = performance.now();

  constructor(
    private readonly queue: string,
    private readonly ports: TicketReaderPorts,
  ) {
    this.renewal = setInterval(() => this.held.renew(), timerMs(LOCK_MS / 3));
    this.reading = this.read();
  }

  /** Whether a worker waits for news, and so a fetch should be on its way. */
  get listening(): boolean {
    return this.waiting > 0 && this.line !== undefined;
  }

  async whileWaiting(wait: () => Promise<void>): Promise<void> {
    this.waiting += 1;
    this.wanted?.();
    await wait();
    this.waiting -= 1;
  }

  async whileClaiming(limit: number, claim: () => Promise<ClaimedTask[]>): Promise<ClaimedTask[]> {
    const tickets = this.atHand;
    const seen = this.ledger.beginClaim();
    this.atHand = [];
    this.claiming += 1;
    let tasks: ClaimedTask[] = [];
    try {
      tasks = await claim();
      return tasks;
    } finally {
      this.claiming -= 1;
      this.freeSlots = limit - tasks.length;
      this.claimed(tasks, tickets, this.ledger.endClaim(seen, tasks.length, limit));
    }
  }

  settled(id: string): void {
    this.held.ended(id);
  }

  /** A new BullMQ worker with new connections takes the place of one that hears nothing. */
  async replace(): Promise<void> {
    const { line } = this;
    const left = [...this.fetches];
    this.line = undefined;
    this.held.drop();
    this.drained(); // what was claimed while Redis was away had no tickets there
    for (const [, abandon] of left) abandon();
    if (!line) return;
    const ended = line.worker.close(true).then(() => Promise.all(left.map(([fetch]) => fetch)));
    await within(
      CLOSE_MS,
      ended.then(() => this.held.finished()),
    ).catch(() => undefined);
    line.connection.disconnect();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.renewal);
    this.wanted?.();
    if (this.ports.link.up) await within(CLOSE_MS, this.handBack()).catch(() => undefined);
    await this.replace();
    await this.reading;
  }

  private async handBack(): Promise<void> {
    this.release();
    await this.held.finishAll();
    await this.replace();
  }

  private async read(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.ports.link.whenUp(signal);
      const idle = this.waiting === 0 && this.ledger.owed === 0 && !signal.aborted;
      if (idle) await new Promise<void>((resolve) => (this.wanted = resolve));
      if (!signal.aborted) await this.round().catch((error: Error) => this.pauseAfter(error));
    }
  }

  private async pauseAfter(error: Error): Promise<void> {
    this.ports.link.failIfRefused(error);
    await delay(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** What arrives together is answered by one claim, as long as that makes nobody wait. */
  private async round(): Promise<void> {
    if (this.ledger.owed > 0) await this.pay();
    if (this.ledger.owed > 0 || this.waiting === 0) return this.answer();
    let more = await this.fetch(this.ledger.atHand === 0);
    const until = performance.now() + GATHER_MS;
    while (more && this.waiting > 0 && this.ledger.atHand < this.freeSlots && performance.now() < until) more = await this.fetch(false);
    this.answer();
  }

  private async pay(): Promise<void> {
    const count = Math.min(MOST_AT_ONCE, Math.ceil(this.ledger.owed / this.idsOnLast));
    const found = await Promise.all(Array.from({ length: count }, () => this.fetch(false)));
    if (found.includes(false)) this.drained();
  }

  /** Answers whether there was a ticket. The fetch of a worker that was replaced may still bring one, which is as good. */
  private fetch(block: boolean): Promise<boolean> {
    const line = (this.line ??= this.open());
    const token = randomUUID();
    return new Promise((resolve, reject) => {
      const fetch = line.worker
        .getNextJob(token, { block })
        .then((job: Job<TicketData> | undefined) => {
          this.heardAt = performance.now();
          if (job) this.take({ job, token, worker: line.worker });
          if (line === this.line) resolve(job !== undefined);
          else this.answer();
        }, reject)
        .finally(() => this.fetches.delete(fetch));
      this.fetches.set(fetch, () => resolve(false));
    });
  }

  /**
   * Whoever is busy pays what it owes with any ticket. Whoever is idle looks when it does not know the tasks: an empty claim
   * costs less than a task that waits beside a free slot.
   */
  private take(ticket: TakenTicket): void {
    const { ids } = ticket.job.data;
    this.idsOnLast = Math.max(1, ids.length);
    const known = ids.filter((id) => this.unseen.delete(id));
    if (this.ledger.fetched(ids.length, this.waiting > 0 ? known.length : ids.length) > 0) this.atHand.push(ticket);
    else this.held.keep(ticket);
  }

  private claimed(tasks: readonly ClaimedTask[], tickets: readonly TakenTicket[], rest: number): void {
    this.held.started(tasks.map(({ id }) => id));
    for (const { id } of tasks) this.unseen.add(id);
    for (const { job } of tickets) for (const id of job.data.ids) this.unseen.delete(id);
    if (rest > 0) this.ringAgain(tickets, rest);
    for (const ticket of tickets) this.held.keep(ticket);
    if (this.freeSlots === 0) this.release();
    if (this.ledger.owed === 0) this.unseen.clear();
    else this.wanted?.();
  }

  private drained(): void {
    this.ledger.drained();
    this.unseen.clear();
  }

  private answer(): void {
    if (this.ledger.atHand === 0) return;
    if (this.waiting > 0 || this.claiming > 0) this.ports.wake(this.queue);
    else this.release();
  }

  /** No slot is free: the tickets at hand are for others. */
  private release(): void {
    const tickets = this.atHand;
    const count = this.ledger.beginClaim();
    this.atHand = [];
    if (count > 0) this.ringAgain(tickets, count);
    for (const ticket of tickets) this.held.keep(ticket);
  }

  /** For the last `count` tasks of these tickets that do not run here. */
  private ringAgain(tickets: readonly TakenTicket[], count: number): void {
    const others = tickets.flatMap(({ job }) => job.data.ids.map((id) => ({ id, priority: mirrorPriority(job.priority) })));
    const rest = others.filter(({ id }) => !this.held.runs(id)).slice(-count);
    this.ports.ringAgain(rest.map((ticket) => ({ ...ticket, queue: this.queue })));
  }

  private open(): Line {
    const { link } = this.ports;
    const connection = link.connectToRead();
    const options = { prefix: link.prefix, autorun: false, drainDelay: BLOCK_S, lockDuration: LOCK_MS, skipVersionCheck: true };
    const worker = new Worker<TicketData>(this.queue, null, { ...options, connection });
    // BullMQ reports a failed wait only here. A worker that was replaced may still report what is over.
    worker.on('error', (error) => this.line?.worker === worker && link.failIfRefused(error));
    void worker.startStalledCheckTimer();
    return { worker, connection };
  }
}
