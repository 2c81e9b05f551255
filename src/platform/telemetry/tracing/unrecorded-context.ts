import { randomBytesFromPool } from '../../ids/random-bytes.ts';

const ID_BYTES = 24;

/** An unsampled traceparent with a new trace id for the correlation of log lines. 0.3 µs; 3.4 with the SDK. */
export function unrecordedContext(): string {
  const digits = randomBytesFromPool(ID_BYTES).toString('hex');
  return `00-${digits.slice(0, 32)}-${digits.slice(32)}-00`;
}
