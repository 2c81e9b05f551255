import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Settings } from '../config/settings.ts';
import { ProblemError } from '../http/problem.ts';
import { addressGroup } from './address-group.ts';
import type { Principal } from './principal.ts';
import { RateLimiter, type RateLimitState } from './rate-limiter.ts';
import type { TokenDigest } from './token.ts';

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Look-ups a minute of one key where too many have failed. Enough for the parallel requests of a client after a restart. */
const LOOK_UPS_OF_ONE_KEY = 10;
/** Look-ups a second of all such keys in one process. One takes about 0.1 ms of the database. */
const LOOK_UPS_IN_ALL = 100;

/** The source of an attempt to authenticate. `digest` is set for a well-formed key with a valid checksum. */
export interface AttemptSource {
  address: string;
  digest: TokenDigest | undefined;
}

/** The rate limits of one API process, counted in memory. */
@Injectable()
export class RateLimits {
  private readonly requests: RateLimiter | null;
  private readonly failures: RateLimiter | null;
  private readonly lookUpsOfKey = new RateLimiter(LOOK_UPS_OF_ONE_KEY, MINUTE_MS);
  private readonly lookUps = new RateLimiter(LOOK_UPS_IN_ALL, SECOND_MS);

  constructor(settings: Settings) {
    this.requests = perMinute(settings.rateLimitRequests);
    this.failures = perMinute(settings.rateLimitAuthFailures);
  }

  /** Counts a request of a key, and sets the headers with the remaining limit. @throws {ProblemError} 429 */
  takeRequest({ id, name }: Principal, reply: FastifyReply): void {
    if (this.requests === null) return;
    const state = this.requests.take(id);
    void reply.headers(headersOf(this.requests, state));
    if (state.retryAfterMs === 0) return;
    throw tooMany('rate_limited', `The key “${name}” may send ${this.requests.limit} requests a minute.`, state.retryAfterMs);
  }

  /**
   * Undefined while few attempts from this source have failed. After too many, a well-formed key may still be looked
   * up: it has 256 random bits, so it cannot be guessed, and the failures of other clients must not lock its holder
   * out. These look-ups are limited by key, which no other client can use up, and in total. Returns the 429 for a key
   * that turns out to be unknown. @throws {ProblemError} 429 when it must not be looked up.
   */
  refusalOf(source: AttemptSource): ProblemError | undefined {
    const { failures, lookUps, lookUpsOfKey } = this;
    if (failures === null) return undefined;
    const waitMs = Math.max(...keysOf(source).map((key) => failures.waitMs(key)));
    if (waitMs === 0) return undefined;
    const refusal = tooManyFailures(waitMs);
    if (source.digest === undefined) throw refusal;
    const id = source.digest.hash.toString('latin1');
    const lookUpWaitMs = Math.max(lookUps.waitMs(''), lookUpsOfKey.waitMs(id));
    if (lookUpWaitMs > 0) throw tooManyFailures(lookUpWaitMs);
    lookUps.take('');
    lookUpsOfKey.take(id);
    return refusal;
  }

  countFailure(source: AttemptSource): void {
    for (const key of keysOf(source)) this.failures?.take(key);
  }
}

function perMinute(limit: number): RateLimiter | null {
  return limit === 0 ? null : new RateLimiter(limit, MINUTE_MS);
}

function keysOf({ address, digest }: AttemptSource): string[] {
  const from = `address ${addressGroup(address)}`;
  return digest === undefined ? [from] : [from, `prefix ${digest.prefix}`];
}

function headersOf({ limit }: RateLimiter, { remaining, resetMs }: RateLimitState): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(wholeSeconds(resetMs)),
  };
}

/** Rounded up, but not for rounding errors below a millisecond. */
function wholeSeconds(ms: number): number {
  return Math.ceil(Math.round(ms) / 1_000);
}

function tooManyFailures(waitMs: number): ProblemError {
  return tooMany('too_many_failed_attempts', 'Too many requests from this address had an invalid key.', waitMs);
}

function tooMany(code: string, title: string, waitMs: number): ProblemError {
  const seconds = wholeSeconds(waitMs);
  return new ProblemError(429, code, title, {
    detail: `Send the next one in ${seconds} s.`,
    retryable: true,
    headers: { 'retry-after': String(seconds) },
  });
}
