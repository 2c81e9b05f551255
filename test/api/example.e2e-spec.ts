import { afterEach, describe, expect, it } from '@jest/globals';
import { welcome } from '../../src/app/welcome.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import type { Account, Page } from './content-client.ts';

let server: TestApplication;
afterEach(() => server.close());

/** The output of a start with SEED_EXAMPLE. */
async function startingWith(sourceRoots: string): Promise<string> {
  server = await startApplication({ settings: { SEED_EXAMPLE: 'true', SOURCE_ROOTS: sourceRoots } });
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  await welcome(server.app, { plain: true, say, warn: say }, { url: server.url, key: null, applied: [] });
  return lines.join('\n');
}

describe('the example of a first start', () => {
  it('creates two accounts and an article from the documents of the checkout', async () => {
    expect(await startingWith('.')).toMatch(/✓ “How a task survives kill -9: what \d+ sources say”\n.*score 80, approved/);
    expect((await server.http<Page<Account>>('GET', '/accounts')).body.items).toHaveLength(2);
  });

  it('is skipped where these documents are missing, and the start continues', async () => {
    expect(await startingWith('test/fixtures/sources')).toMatch(/No example accounts: .*name it in SOURCE_ROOTS\.\nTry: /);
    expect((await server.http<Page<Account>>('GET', '/accounts')).body.items).toEqual([]);
  });
});
