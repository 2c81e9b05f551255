import { randomUUID } from 'node:crypto';
import { HttpCreatorLoader } from '../../src/creators/http/http-creator-loader.ts';
import type { ExternalCreator } from '../../src/creators/creator.ts';
import type { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { loadSettings } from '../../src/platform/config/settings.ts';
import { startStub, type StubAnswer, type StubRequest } from '../channels/stub-server.ts';

export const TOKEN = 'canary-of-the-service';

/** A service that speaks the HTTP API of content-creator and keeps the work of each Idempotency-Key. */
export class CreatorService {
  readonly requests: StubRequest[] = [];
  readonly works = new Map<string, { id: string; topic: string }>();
  /** Answers instead of the service; null lets the service answer, undefined never answers. */
  trouble: (request: StubRequest) => StubAnswer | undefined | null = () => null;

  readonly answer = (request: StubRequest): StubAnswer | undefined => {
    this.requests.push(request);
    const special = this.trouble(request);
    return special === null ? this.serve(request) : special;
  };

  private serve({ method, url, headers, body }: StubRequest): StubAnswer {
    const ok = (data: unknown, status = 200): StubAnswer => ({ status, body: { success: true, data, timestamp: 'now' } });
    if (url.pathname === '/health') return { status: 200, body: { status: 'ok' } };
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { success: false, error: { message: 'who?' } } };
    if (method === 'POST') {
      const key = String(headers['idempotency-key']);
      const { topic } = JSON.parse(body.toString()) as { topic: string };
      const work = this.works.get(key) ?? { id: randomUUID(), topic };
      this.works.set(key, work);
      return ok({ taskId: work.id, status: 'pending', message: 'accepted' }, 202);
    }
    const [, , , id, what] = url.pathname.split('/');
    const work = [...this.works.values()].find((each) => each.id === id);
    if (work === undefined) return { status: 404, body: { success: false, error: { code: 'NOT_FOUND', message: 'no such task' } } };
    if (method === 'DELETE') return { status: 204, body: '' };
    if (what === 'status') return ok({ taskId: id, status: 'completed', currentStep: 'check_image', progress: 100 });
    return ok({
      taskId: id,
      status: 'completed',
      content: `# On ${work.topic}\n\nStorage keeps the power of noon.`,
      images: [{ url: 'x' }],
    });
  }
}

/** The creator `http` as the application builds it, on a service of the tests. */
export async function httpCreator(settings: Record<string, string> = {}) {
  const service = new CreatorService();
  const stub = await startStub(service.answer);
  const values = { CREATOR_HTTP_URL: `http://127.0.0.1:${stub.port}/`, CREATOR_HTTP_TOKEN: TOKEN, ...settings };
  let creator: ExternalCreator | undefined;
  const registry = { register: (_: string, built: ExternalCreator) => (creator = built) } as unknown as CreatorRegistry;
  new HttpCreatorLoader(loadSettings(values), registry).onModuleInit();
  return { creator: creator as unknown as ExternalCreator, service, stop: () => stub.stop() };
}
