import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PARAGRAPHS = readFileSync('test/fixtures/sources/grid-storage.md', 'utf8')
  .split(/\n\n+/)
  .filter((text) => /^[A-Z].{80}/s.test(text));
const ITEMS = PARAGRAPHS.map(
  (text, i) =>
    `<item><title>Report ${i + 1}</title><description>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</description></item>`,
);
const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>Grid</title>${ITEMS.join('')}</channel></rss>`;

/** A feed that does not answer until it is released, so that its readers stay in mid-generation. */
export class SlowFeed {
  private readonly server: Server;
  private readonly held: ServerResponse[] = [];
  private released = false;
  requests = 0;

  constructor() {
    this.server = createServer((_request, response) => {
      this.requests += 1;
      if (this.released) this.answer(response);
      else this.held.push(response);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((ok) => this.server.listen(0, '127.0.0.1', ok));
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  hold(): void {
    this.released = false;
  }

  release(): void {
    this.released = true;
    for (const response of this.held.splice(0)) this.answer(response);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((ok) => this.server.close(ok));
  }

  private answer(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(FEED);
  }
}
