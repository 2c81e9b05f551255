import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface StubRequest {
  model: string;
  messages: { role: string; content: string }[];
  response_format?: { type: string };
  headers: IncomingMessage['headers'];
}

/** How the stub answers one request. Whatever aimock cannot do. */
export interface StubAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** The body of an answer that is not a stream. */
  json?: unknown;
  /** Parts of the streamed text. */
  parts?: string[];
  reasoning?: string;
  finish?: string | null;
  usage?: unknown;
  /** Sends this many keep-alive comments before the text, with 40 ms between them. */
  keepAlives?: number;
  /** Never sends anything after the parts. */
  stall?: boolean;
}

/** An OpenAI-compatible endpoint with scripted answers. */
export class LlmStub {
  readonly requests: StubRequest[] = [];
  /** Answers the next request; the last rule stays. */
  answer: (request: StubRequest, number: number) => StubAnswer = () => ({ parts: ['ok'] });
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const received = { ...(text === '' ? {} : (JSON.parse(text) as object)), headers: request.headers } as StubRequest;
    if (request.url?.endsWith('/models')) return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
    this.requests.push(received);
    const {
      status = 200,
      headers,
      json,
      parts = [],
      reasoning,
      finish = 'stop',
      usage = { prompt_tokens: 100, completion_tokens: 50 },
      keepAlives = 0,
      stall,
    } = this.answer(received, this.requests.length);
    if (json !== undefined)
      return void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (value: object): void =>
      void response.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: received.model, ...value })}\n\n`);
    for (let i = 0; i < keepAlives && !response.destroyed; i++) {
      response.write(': keep-alive\n\n');
      await delay(40);
    }
    if (reasoning !== undefined) send({ choices: [{ index: 0, delta: { reasoning_content: reasoning } }] });
    for (const content of parts) send({ choices: [{ index: 0, delta: { content } }] });
    if (stall) return;
    if (finish !== null) send({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
    if (usage !== null) send({ choices: [], usage });
    response.end(finish === null ? '' : 'data: [DONE]\n\n');
  }
}

const words = 'A battery of the grid stores energy at noon and gives it back in the evening, when the sun is low and people cook.';

/** Answers every step of the workflow with an article about grid storage. */
export function writeArticle({ messages }: StubRequest): StubAnswer {
  const asked = messages.at(-1)?.content ?? '';
  if (asked.startsWith('Plan an article')) {
    const sections = ['Noon', 'Evening'].map((heading) => ({ heading, points: ['storage'], words: 100 }));
    return { parts: [JSON.stringify({ title: 'How grid storage works', summary: 'A battery moves energy in time.', sections })] };
  }
  if (asked.startsWith('Read this article')) return { parts: ['{"verdict":"pass","problems":[]}'] };
  const number = /section (\d)/.exec(asked)?.[1] ?? '';
  const paragraph = (i: number): string =>
    `Part ${number}.${i} of grid storage. ${words.replace('noon', `noon of day ${number}${i}`)}[^s1] [^s9]`;
  return { parts: [1, 2, 3].map((i) => `${paragraph(i)}\n\n`) };
}
