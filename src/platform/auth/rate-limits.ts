import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Settings } from '../config/settings.ts';
import { ProblemError } from '../http/problem.ts';
import { addressGroup } from './address-group.ts';
import type { Principal } from './principal.ts';
import { RateLimiter, type RateLimitState } from './rate-limiter.ts';

const MINUTE_MS = 60_000;

/** Where an attempt to authenticate comes from; `prefix` only of what has the shape of a key. */
export interface AttemptSource {
  address: string;
  prefix: string | undefined;
}

/** What one API process answers at most: it counts by itself, in memory. */
@Injectable()
export class RateLimits {
  private readonly requests: RateLimiter | null;
  private readonly failures: RateLimiter | null;

  constructor(settings: Settings) {
    this.requests = perMinute(settings.rateLimitRequests);
    this.failures = perMinute(settings.rateLimitAuthFailures);
  }

  /** Counts a request of a key, and says in headers what is left. @throws {ProblemError} 429 */
  takeRequest({ id, name }: Principal, reply: FastifyReply): void {
    if (this.requests === null) return;
    const state = this.requests.take(id);
    void reply.headers(headersOf(this.requests, state));
    if (state.retryAfterMs === 0) return;
    throw tooMany('rate_limited', `The key “${name}” may send ${this.requests.limit} requests a minute.`, state.retryAfterMs);
  }

  /** @throws {ProblemError} 429 when too many attempts from there have failed. */
  refuseAttempt(source: AttemptSource): void {
    const { failures } = this;
    if (failures === null) return;
    const waitMs = Math.max(...keysOf(source).map((key) => failures.waitMs(key)));
    if (waitMs > 0) throw tooMany('too_many_failed_attempts', 'Too many requests from here had a key that is not valid.', waitMs);
  }

  countFailure(source: AttemptSource): void {
    for (const key of keysOf(source)) this.failures?.take(key);
  }
}

function perMinute(limit: number): RateLimiter | null {
  return limit === 0 ? null : new RateLimiter(limit, MINUTE_MS);
}

function keysOf({ address, prefix }: AttemptSource): string[] {
  const from = `address ${addressGroup(address)}`;
  return prefix === undefined ? [from] : [from, `prefix ${prefix}`];
}

function headersOf({ limit }: RateLimiter, { remaining, resetMs }: RateLimitState): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(wholeSeconds(resetMs)),
  };
}

/** Rounded up, but not for the fractions of a millisecond that sums leave over. */
function wholeSeconds(ms: number): number {
  return Math.ceil(Math.round(ms) / 1_000);
}

function tooMany(code: string, title: string, waitMs: number): ProblemError {
  const seconds = wholeSeconds(waitMs);
  return new ProblemError(429, code, title, {
    detail: `Send the next one in ${seconds} s.`,
    retryable: true,
    headers: { 'retry-after': String(seconds) },
  });
}
