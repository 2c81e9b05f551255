import { it } from '@jest/globals';
import { startApplication } from '../support/application.ts';
it('probe', async () => {
  const a = await startApplication({});
  const out: string[] = [];
  const acc = await a.http('POST', '/accounts', { name: 'bare', platform: 'blog' });
  for (let i = 0; i < 10; i++) {
    const r = await Promise.all(Array.from({ length: 20 }, () => a.http('POST', '/content-tasks', { accountId: acc.body.id, topic: 'x', taskId: `same${i}` , runAt: '2999-01-01T00:00:00Z'})));
    out.push(r.map((x) => `${x.status}`).join(' '));
  }
  console.log(out.join('\n'));
  await a.close();
}, 60_000);
