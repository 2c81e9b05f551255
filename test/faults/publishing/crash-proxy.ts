import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { type PlannedEntry, type PublishFault } from './fault-plan.ts';
import { isAlive, ownerOfPort } from './publisher-process.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface SiteAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface CrashProxyPlan {
  readonly planned: readonly PlannedEntry[];
  /** The ids of all processes that may be killed. */
  readonly publishers: () => readonly number[];
  /** Time between a call and its kill, so that one kill cuts several calls. */
  readonly gatherMs: number;
  /** How late a late request or answer arrives. */
  readonly lateMs: number;
}

/** Between the publishing processes and the site. It applies the fault of each entry once, to the first call that it fits. */
export class CrashProxy {
  private readonly server: Server;
  private readonly planned: ReadonlyMap<string, PlannedEntry>;
  private readonly publishers: () => readonly number[];
  private readonly gatherMs: number;
  private readonly lateMs: number;
  private readonly open = new Set<Promise<void>>();
  /** Port of the site; 0 until it is known. */
  target = 0;
  port = 0;
  /** Faults that happened, by the id of the content. */
  readonly applied = new Map<string, PublishFault>();
  /** Requests that create or change a post and reached the site, by the id of the content. */
  readonly saves = new Map<string, number>();
  kills = 0;
  readonly problems: string[] = [];

  constructor({ planned, publishers, gatherMs, lateMs }: CrashProxyPlan) {
    this.gatherMs = gatherMs;
    this.lateMs = lateMs;
    this.planned = new Map(planned.map((entry) => [keyOf(entry.contentId), entry]));
    this.publishers = publishers;
    this.server = createServer((request, response) => {
      const work = this.answer(request, response).catch((error: Error) => {
        this.problems.push(error.message);
        request.socket.destroy();
      });
      this.open.add(work);
      void work.then(() => this.open.delete(work));
    });
    this.server.keepAliveTimeout = 60_000;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Resolves when the site has got every request that was on its way. */
  async idle(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.target === 0) {
      response.writeHead(503).end(); // a WordPress calls its own address while it is installed
      return;
    }
    const { method = 'GET', url: path = '/', headers, socket } = request;
    const body = await bodyOf(request);
    if (body === undefined) return; // the process ended while it sent the request
    const call: Call = { method, path, headers, body };
    const entry = this.entryOf(call);
    const fault = entry && this.faultFor(entry, call);
    const kill = (): Promise<void> => this.kill(socket.remotePort ?? 0);
    switch (fault) {
      case 'killed-before':
      case 'killed-during, never arrived':
        return kill();
      case 'killed-during, arrived':
      case 'killed-during, arrived late':
        await kill();
        if (fault === 'killed-during, arrived late') await delay(this.lateMs);
        await this.forward(call, entry);
        return;
      case 'killed-after':
        await this.forward(call, entry);
        return kill();
      case 'answer lost':
        await this.forward(call, entry);
        socket.destroy();
        return;
      default: {
        const answer = await this.forward(call, entry);
        if (fault === 'answer late') await delay(this.lateMs);
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }
    }
  }

  private entryOf({ path, body }: Call): PlannedEntry | undefined {
    const text = `${path} ${body.length < MAX_POST ? body.toString() : ''}`;
    for (const [key, entry] of this.planned) if (text.includes(key)) return entry;
    return undefined;
  }

  private faultFor({ contentId, fault }: PlannedEntry, call: Call): PublishFault | undefined {
    if (this.applied.has(contentId)) return undefined;
    if (!(fault === 'killed-before' ? isSearch(call) : isSave(call))) return undefined;
    this.applied.set(contentId, fault);
    return fault;
  }

  /** Resolves when the process that holds this connection has ended. */
  private async kill(port: number): Promise<void> {
    const pid = ownerOfPort(port, this.publishers());
    if (pid === undefined) return; // another kill was first: the call was cut all the same
    await delay(this.gatherMs);
    if (isAlive(pid)) {
      process.kill(pid, 'SIGKILL');
      this.kills += 1;
    }
    await waitFor(async () => !isAlive(pid), { what: `the process ${pid} to end` });
  }

  private async forward(call: Call, entry: PlannedEntry | undefined): Promise<SiteAnswer> {
    const { method, path, headers, body } = call;
    if (entry !== undefined && isSave(call)) this.saves.set(entry.contentId, (this.saves.get(entry.contentId) ?? 0) + 1);
    const onward = httpRequest({ host: '127.0.0.1', port: this.target, method, path, headers, agent: false });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const content = await bodyOf(answer);
    if (content === undefined) throw new Error(`the site ended its answer to ${method} ${path} early`);
    const { connection: _, 'transfer-encoding': __, ...kept } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: { ...kept, 'content-length': String(content.length) }, body: content };
  }
}

const MAX_POST = 200_000;
const POSTS = /\/posts(?:[/?]|$)/;
const isSearch = ({ method, path }: Call): boolean => method === 'GET' && POSTS.test(path);
const isSave = ({ method, path }: Call): boolean => (method === 'POST' || method === 'PUT') && POSTS.test(path);

/** What slugs and tags have of the id of a content. */
export function keyOf(contentId: string): string {
  return contentId.slice(-8);
}

/** Undefined when the connection ended early. */
async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return message.complete ? Buffer.concat(chunks) : undefined;
}
