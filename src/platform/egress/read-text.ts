import { decodeText } from '../../core/text/decode-text.ts';
import type { IncomingMessage } from 'node:http';

export interface BodyFault {
  code: 'unsupported_encoding' | 'too_large';
  reason: string;
}

/** Reads the body of an answer as text, as far as possible, and reports what was wrong with it. */
export async function readText(response: IncomingMessage, maxBytes: number): Promise<{ text: string; fault: BodyFault | null }> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return { text: '', fault: { code: 'unsupported_encoding', reason: 'sent a compressed body although none was accepted' } };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  const fault: BodyFault | null = size > maxBytes ? { code: 'too_large', reason: `sent more than ${maxBytes} bytes` } : null;
  const cut = size > maxBytes;
  const text = decodeText(Buffer.concat(chunks).subarray(0, maxBytes), { contentType: response.headers['content-type'] ?? '', cut });
  return { text, fault };
}
