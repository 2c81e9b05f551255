import { Redis, type RedisOptions } from 'ioredis';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { Logger } from '../telemetry/logger.ts';
import { isNoPermission, isRefusal, mayHaveMoved } from './refusal.ts';

export interface RedisLinkOptions {
  url: string;
  /** Prefix of every key. */
  prefix: string;
  logger: Logger;
}

const LONGEST_RETRY_MS = 1_000;
const COMMAND_MS = 2_000;
const PROBE_AGAIN_MS = 500;
/** A Redis that fails again so soon after it recovered answers the probe but not other commands: it is probed less often. */
const UNSTEADY_MS = 10_000;
const LONGEST_PAUSE_MS = 60_000;
/** Detects a changed policy, and a Redis that stopped answering while there are no commands. */
const LOOK_EVERY_MS = 30_000;
const SAFE_POLICY = 'noeviction';

/**
 * The connections of this process to Redis, and whether Redis answers. No caller waits for Redis: while `up` is false,
 * its users work without it. A probe then writes from time to time, one write at a time; `up` is true again once a
 * write succeeds.
 */
export class RedisLink {
  readonly prefix: string;
  /** Commands fail at once without a connection, and after 2 s without an answer. */
  readonly client: Redis;
  private readonly options: RedisLinkOptions;
  private readonly listeners = new Set<(up: boolean) => void>();
  private state: 'starting' | 'up' | 'down' | 'closed' = 'starting';
  private problem: string | undefined;
  private policy = SAFE_POLICY;
  private policyHidden = false;
  /** The address may lead to another server now, so a new connection is needed. */
  private moved = false;
  private probing = false;
  private again: NodeJS.Timeout | undefined;
  private readonly looking: NodeJS.Timeout;
  private pauseMs = PROBE_AGAIN_MS;
  private upSince = Number.NEGATIVE_INFINITY;

  constructor(options: RedisLinkOptions, lookEveryMs = LOOK_EVERY_MS) {
    this.options = options;
    this.prefix = options.prefix;
    this.client = this.connect({ enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: COMMAND_MS });
    this.client.on('error', (error: Error) => this.fail(error));
    this.client.on('close', () => this.state !== 'down' && this.fail(new Error('the connection was closed')));
    this.client.on('ready', () => void this.probe());
    this.looking = setInterval(() => this.up && void this.probe(), timerMs(lookEveryMs));
  }

  get up(): boolean {
    return this.state === 'up';
  }

  /**
   * A connection for BullMQ workers, which the caller ends. Its commands wait until it is connected, and those of one moment
   * are written together. It reconnects when the server was demoted or restarted, and so do its duplicates.
   */
  workerConnection(): Redis {
    const connection = this.connect({ maxRetriesPerRequest: null, enableAutoPipelining: true, reconnectOnError: mayHaveMoved });
    // A peer that went away silently is noticed only by a new connection.
    this.onChange((up) => up && connection.status === 'ready' && connection.disconnect(true));
    return connection.on('error', () => undefined);
  }

  /** Sentences for an operator about what is degraded. */
  problems(): string[] {
    if (this.state !== 'up') return [`Redis does not answer: ${this.problem ?? 'not connected yet'}`];
    return this.policy === SAFE_POLICY ? [] : [evictionWarning(this.policy)];
  }

  /** Calls the listener when Redis begins to answer (true) and when it stops (false). */
  onChange(listener: (up: boolean) => void): void {
    this.listeners.add(listener);
  }

  /** Reports a failed or refused command. Each change of state logs one line. */
  fail(error: Error): void {
    if (this.state === 'closed') return;
    const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
    if (this.state === 'up') {
      const steady = performance.now() - this.upSince > UNSTEADY_MS;
      this.pauseMs = steady ? PROBE_AGAIN_MS : Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    }
    if (this.state !== 'down') this.options.logger.warn({ reason }, 'Redis does not answer: workers are woken by PostgreSQL until it does');
    const change = this.state !== 'down';
    this.problem = reason;
    this.moved ||= mayHaveMoved(error);
    this.state = 'down';
    if (change) for (const listener of this.listeners) listener(false);
    this.probeLater();
  }

  /**
   * Handles an error of a reading connection: calls `fail` when the server refused the command. `client` detects a
   * lost connection.
   */
  failIfRefused(error: Error): void {
    if (isRefusal(error)) this.fail(error);
  }

  close(): void {
    this.state = 'closed';
    clearTimeout(this.again);
    clearInterval(this.looking);
    this.listeners.clear();
    this.client.disconnect();
  }

  private connect(options: RedisOptions): Redis {
    const retryStrategy = (times: number) => Math.min(50 * 2 ** times, LONGEST_RETRY_MS);
    // The ready check calls INFO, which the user may not be allowed to, and pauses up to 10 s while data is loaded.
    // The probe detects both.
    return new Redis(this.options.url, { connectTimeout: COMMAND_MS, retryStrategy, enableReadyCheck: false, ...options });
  }

  private probeLater(): void {
    this.again ??= setTimeout(() => {
      this.again = undefined;
      if (this.state !== 'down') return;
      if (this.moved && this.client.status === 'ready') this.client.disconnect(true);
      else void this.probe();
      this.moved = false;
    }, timerMs(this.pauseMs));
  }

  /** The probe is a write, because a full Redis still answers reads. */
  private async probe(): Promise<void> {
    if (this.probing || this.client.status !== 'ready') return;
    this.probing = true;
    try {
      await this.client.set(`${this.prefix}:probe`, '', 'PX', COMMAND_MS);
      this.checkPolicy(await this.memoryInfo());
      this.rise();
    } catch (error) {
      this.fail(error as Error);
      // The peer may be gone without closing: only a new connection finds out.
      if ((error as Error).message === 'Command timed out') this.client.disconnect(true);
    } finally {
      this.probing = false;
    }
  }

  private async memoryInfo(): Promise<string> {
    if (this.policyHidden) return '';
    try {
      return await this.client.info('memory');
    } catch (error) {
      if (!isNoPermission(error as Error)) throw error;
      this.policyHidden = true;
      this.options.logger.info('Redis does not let its user call INFO, so the maxmemory-policy is not checked');
      return '';
    }
  }

  private rise(): void {
    if (this.state === 'up' || this.state === 'closed') return;
    if (this.state === 'down') this.options.logger.info('Redis answers again');
    this.state = 'up';
    this.upSince = performance.now();
    this.problem = undefined;
    for (const listener of this.listeners) listener(true);
  }

  private checkPolicy(info: string): void {
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? SAFE_POLICY;
    if (policy !== SAFE_POLICY && policy !== this.policy) this.options.logger.warn(evictionWarning(policy));
    this.policy = policy;
  }
}

function evictionWarning(policy: string): string {
  return `Redis may delete jobs: its maxmemory-policy is ${policy}; set it to ${SAFE_POLICY}`;
}
