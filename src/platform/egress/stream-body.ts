import type { IncomingMessage } from 'node:http';
import { timerMs } from '../../core/time/timer-ms.ts';
import { EgressError } from './egress-error.ts';

export interface StreamedAnswer {
  status: number;
  statusText: string;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
}

/** Aborts its signal when `touch` was not called for `ms`. */
export class IdleTimer {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  readonly signal = this.controller.signal;

  constructor(ms: number) {
    this.timer = setTimeout(() => this.controller.abort(new Error(`no byte for ${ms} ms`)), timerMs(ms));
  }

  touch(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

export interface BodyOptions {
  maxBytes: number;
  idle: IdleTimer;
  explain: (error: unknown) => EgressError;
}

/** The bytes of an answer as they come. */
export async function* streamBody(response: IncomingMessage, { maxBytes, idle, explain }: BodyOptions): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      idle.touch();
      size += chunk.length;
      if (size > maxBytes) throw new EgressError('too_large', 'The answer', `is longer than ${maxBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw explain(error);
  } finally {
    idle.stop();
    response.destroy();
  }
}

/** Headers as fetch has them: one text each. */
export function flatHeaders({ headers }: IncomingMessage): Record<string, string> {
  const texts = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
  return Object.fromEntries(texts) as Record<string, string>;
}
