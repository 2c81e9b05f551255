import type { IncomingMessage } from 'node:http';

export interface BodyFault {
  code: 'unsupported_encoding' | 'too_large';
  reason: string;
}

/** The body of an answer as text, as far as it could be read, and what was wrong with it. */
export async function readText(response: IncomingMessage, maxBytes: number): Promise<{ text: string; fault: BodyFault | null }> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return { text: '', fault: { code: 'unsupported_encoding', reason: 'sent a compressed body, which was not asked for' } };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  const fault: BodyFault | null = size > maxBytes ? { code: 'too_large', reason: `sent more than ${maxBytes} bytes` } : null;
  return { text: decode(Buffer.concat(chunks).subarray(0, maxBytes), response.headers['content-type'] ?? ''), fault };
}

/** Charset of the header, else of the XML declaration (feeds in GBK often say it only there), else UTF-8. */
function decode(body: Buffer, contentType: string): string {
  const declared = /charset="?([\w-]+)/i.exec(contentType) ?? /^<\?xml[^>]*?encoding=["']([\w-]+)/.exec(body.toString('latin1', 0, 200));
  try {
    return new TextDecoder(declared?.[1] ?? 'utf-8').decode(body);
  } catch {
    return new TextDecoder().decode(body); // a charset nobody knows
  }
}
