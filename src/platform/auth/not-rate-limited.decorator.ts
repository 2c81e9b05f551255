import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

const NOT_RATE_LIMITED = 'contenthub:not-rate-limited';
export const NOT_RATE_LIMITED_EXTENSION = 'x-not-rate-limited';

/**
 * The route does not count towards RATE_LIMIT_REQUESTS and is never rejected for it. For the requests of an agent that
 * keep or end a running attempt: a lease whose heartbeat got 429 would expire, and its task would run a second time.
 */
export function NotRateLimited(): MethodDecorator {
  return applyDecorators(SetMetadata(NOT_RATE_LIMITED, true), ApiExtension(NOT_RATE_LIMITED_EXTENSION, true));
}

export function isRateLimited(handler: object): boolean {
  return Reflect.getMetadata(NOT_RATE_LIMITED, handler) !== true;
}
