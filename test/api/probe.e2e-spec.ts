import { it } from '@jest/globals';
import { startApplication } from '../support/application.ts';
it('probe', async () => {
  const a = await startApplication({});
  const f = a.app.getHttpAdapter().getInstance();
  const out = [f.printRoutes({ commonPrefix: false })];
  const raw = async (m: string, p: string, h: Record<string,string> = {}) => {
    const { request } = await import('node:http');
    const r = await new Promise<string>((ok) => { const q = request(a.url, { method: m, path: p, headers: h }, (s) => { s.resume(); s.on('end', () => ok(`${s.statusCode} ${s.headers['content-type']}`)); }); q.on('error', (e) => ok(String(e))); q.end(); });
    out.push(`${m} ${p} ${r}`);
  };
  for (const p of ['/tasks', '/tasks/', '//tasks', '/Tasks', '/tasks;x', '/%74asks', '/tasks%2f', '/./tasks', '/tasks?x', '/tasks%00', '/tasks#x', '/accounts/%2e%2e/tasks', '/executions/%2e%2e%2faccounts', '*', '/docs/../tasks', '/docs/', '/docs/%2e%2e/package.json', '/docs/..%2f..%2fpackage.json', '/docs-json','/docs-yaml','/docs/json', '/docs/swagger-ui.css', '/docs/swagger-ui-init.js','/docs/index.html', '/openapi.yaml', '/docs/swagger-ui.css.map', '/docs/LICENSE', '/docs/package.json']) for (const m of ['GET', 'HEAD', 'OPTIONS']) await raw(m, p);
  await raw('TRACE', '/tasks'); await raw('CONNECT', '/tasks'); await raw('FOO', '/tasks'); await raw('QUERY', '/tasks'); await raw('PROPFIND','/tasks');
  console.log(out.join('\n'));
  await a.close();
}, 60_000);
