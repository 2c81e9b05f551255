import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { build } from 'vite';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { startApplication, type TestApplication } from '../support/application.ts';
import { describeChromium, type Look, TestBrowser } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };

/** The React example of the guide to asynchronous tasks, letter for letter. */
const SNIPPET = readFileSync('test/fixtures/react-example.txt', 'utf8');

/** What the example leaves to its reader: a component around it, its state, and buttons. */
const PAGE = `import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
function Example() {
  const [executionId, setExecutionId] = useState<string | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const [taskStatus, setTaskStatus] = useState('');
  const [logs, setLogs] = useState<any[]>([]);
  const [reply, setReply] = useState('');
  const [others, setOthers] = useState<string[]>([]);
${SNIPPET}
  const run = async (name: string) => {
    const { executionId } = await executeTask(name, { topic: 'example' });
    setExecutionId(executionId);
    setIsRunning(true);
  };
  const runOthers = async () => setOthers([(await executeTask('long')).executionId, (await executeTask('long')).executionId]);
  return (
    <main>
      <button onClick={() => run('quick')}>Run quick</button>
      <button onClick={() => run('long')}>Run long</button>
      <button onClick={async () => setReply(JSON.stringify(await cancelTask(executionId!)))}>Cancel</button>
      <button onClick={runOthers}>Run two</button>
      <button onClick={async () => setReply(JSON.stringify(await cancelMultipleTasks([...others, 'no-such-id'])))}>Cancel both</button>
      <output id="status">{taskStatus}</output>
      <output id="running">{String(isRunning)}</output>
      <output id="id">{executionId}</output>
      <output id="others">{others.join()}</output>
      <output id="reply">{reply}</output>
      <ul>{logs.map((line, i) => <li key={i} data-level={line.level} data-at={line.timestamp}>{line.message}</li>)}</ul>
    </main>
  );
}
createRoot(document.getElementById('root')!).render(<Example />);
`;

const handlers = [
  { name: 'quick', handle: ({ log }: { log: { info(text: string): void } }) => Promise.resolve(log.info('hello')) },
  { name: 'long', handle: ({ signal }: { signal: AbortSignal }) => new Promise((ok) => signal.addEventListener('abort', ok)) },
];

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-snippet-'));
  try {
    const entry = join(folder, 'page.tsx');
    writeFileSync(entry, PAGE);
    const react = (name: string) => ({ find: name, replacement: join(process.cwd(), 'node_modules', name) });
    const result = await build({
      configFile: false,
      root: folder,
      logLevel: 'error',
      oxc: { jsx: { runtime: 'automatic', development: false } },
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: { alias: [react('react-dom'), react('react')] },
      build: { write: false, lib: { entry, formats: ['es'], fileName: 'page' } },
    });
    const [{ output }] = [result].flat() as unknown as [{ output: { code?: string }[] }];
    return output[0]?.code ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeChromium('the React example of the guide to asynchronous tasks', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let page: Page;
  let errors: string[];

  const textOf = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  beforeAll(async () => {
    await ensureAdminBuilt();
    const [started, code] = await Promise.all([startApplication({ handlers: handlers as never }), bundle()]);
    server = started;
    browser = await TestBrowser.launch(server.url, server.key);
    ({ page, errors } = await browser.open(EN, { signedIn: false }));
    const { body } = await server.http<{ url: string }>('POST', '/session/code');
    const { pathname, search } = new URL(body.url);
    await page.goto(pathname + search);
    await page.getByRole('navigation', { name: 'Main' }).first().waitFor();
    const document = '<!doctype html><title>Example</title><div id="root"></div><script type="module" src="/example.js"></script>';
    await page.route('**/example.html', (route) => route.fulfill({ contentType: 'text/html', body: document }));
    await page.route('**/example.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }));
    await page.goto('/example.html');
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it('executes, and polls each second until the end, with the log', async () => {
    await press('Run quick');
    await page.locator('#status', { hasText: 'completed' }).waitFor();
    await page.locator('#running', { hasText: 'false' }).waitFor();
    await page.locator('li[data-level="info"]', { hasText: 'hello' }).waitFor();
    expect(await page.locator('li').first().getAttribute('data-at')).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('cancels one', async () => {
    await press('Run long');
    await page.locator('#status', { hasText: 'running' }).waitFor();
    const id = await textOf('id');
    await press('Cancel');
    await page.locator('#reply', { hasText: id }).waitFor();
    expect(JSON.parse(await textOf('reply'))).toMatchObject({ cancelled: [id], notFound: [] });
    await page.locator('#status', { hasText: 'cancelled' }).waitFor();
    await page.locator('#running', { hasText: 'false' }).waitFor();
  });

  it('cancels many, and names what is not there', async () => {
    await press('Run two');
    await page.locator('#others', { hasText: ',' }).waitFor();
    const ids = (await textOf('others')).split(',');
    await press('Cancel both');
    await page.locator('#reply', { hasText: 'no-such-id' }).waitFor();
    const reply = JSON.parse(await textOf('reply')) as { cancelled: string[]; notFound: string[] };
    expect([new Set(reply.cancelled), reply.notFound]).toEqual([new Set(ids), ['no-such-id']]);
    expect(errors).toEqual([]);
  });
});
