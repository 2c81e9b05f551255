import type { AccountView } from '../../src/content/accounts/account.view.ts';
import type { ContentView } from '../../src/content/contents/content.dto.ts';
import type { ContentTaskView } from '../../src/content/generation/content-task.dto.ts';
import type { Answer, Http, Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

export type Account = Wire<AccountView>;
export type ContentTask = Wire<ContentTaskView>;
export type Content = Wire<ContentView>;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Material for an English digest, below test/fixtures/sources. */
export const SOURCES = [
  { type: 'file', location: 'grid-storage.md' },
  { type: 'rss', location: 'energy-news.rss.xml' },
];
/** A runAt for tasks that must not start. */
export const LATER = '2999-01-01T00:00:00Z';

/** A client that acts as an editor. */
export class ContentClient {
  private accounts = 0;

  constructor(private readonly http: Http) {}

  /** Creates an account, with any name unless one is given. */
  async createAccount(wishes: object = {}): Promise<Account> {
    this.accounts += 1;
    const { status, body } = await this.http<Account>('POST', '/accounts', {
      name: `account-${this.accounts}`,
      platform: 'blog',
      ...wishes,
    });
    if (status !== 201) throw new Error(`no account: ${JSON.stringify(body)}`);
    return body;
  }

  submit(body: object, headers?: Record<string, string>): Promise<Answer<ContentTask>> {
    return this.http<ContentTask>('POST', '/content-tasks', body, headers);
  }

  async ended(taskId: string): Promise<ContentTask> {
    const task = async (): Promise<ContentTask> => (await this.http<ContentTask>('GET', `/content-tasks/${taskId}`)).body;
    return waitFor(async () => task().then((view) => view.completedAt !== null && view), { what: `${taskId} to end` });
  }

  /** Submits a task, waits for it and returns its content. Tests may write about the same topic. */
  async generate(body: object): Promise<Content> {
    const { taskId } = (await this.submit({ allowDuplicate: true, ...body })).body;
    const { contentId, status, errorMessage } = await this.ended(taskId);
    if (contentId === null) throw new Error(`no content: ${status} ${errorMessage}`);
    return this.getContent(contentId);
  }

  async getContent(id: string): Promise<Content> {
    return (await this.http<Content>('GET', `/contents/${id}`)).body;
  }

  patch(path: string, body: object, etag: string): Promise<Answer> {
    return this.http('PATCH', path, body, { 'if-match': etag });
  }
}
