import type { EgressClient } from '../../platform/egress/egress.client.ts';

/** Bytes of one answer. */
const MAX_BYTES = 8_000_000;

/**
 * The transport of the OpenAI client: a `fetch` over the egress client, whose address rules it keeps. `idleMs` is the longest
 * pause between two parts of an answer, and before its first.
 */
export function egressFetch(egress: EgressClient, idleMs: number): typeof fetch {
  return async (input, init = {}) => {
    const request = new Request(input, init);
    const body = init.body === undefined || init.body === null ? undefined : await request.text();
    const headers = Object.fromEntries(request.headers);
    const answer = await egress.stream({
      method: request.method,
      url: request.url,
      headers,
      body,
      idleMs,
      maxBytes: MAX_BYTES,
      signal: request.signal,
    });
    const { status, statusText, headers: received } = answer;
    const isEmpty = status === 204 || status === 304;
    return new Response(isEmpty ? null : ReadableStream.from(answer.body), { status, statusText, headers: received });
  };
}
