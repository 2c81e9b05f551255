import type { Cluster } from '../chaos/cluster.ts';
import type { Indicator } from './probes.ts';

/** `GET` and `POST` of tasks, the heartbeat of an agent, and readiness, each through the balancer. */
export async function indicatorsOf({ client }: Cluster, accepted: string[]): Promise<Indicator[]> {
  const { url, key } = client;
  const send = async <T>(path: string, body: object): Promise<T> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { executionId } = await send<{ executionId: string }>('/tasks/innocent-plain/execute/api', { params: { ms: 1 } });
  accepted.push(executionId);
  const agent = await send<{ id: string; token: string }>('/agents', { name: 'beating', capabilities: [] });
  return [
    {
      name: 'read',
      method: 'GET',
      timeoutMs: 1_000,
      key,
      path: () => `/executions/${executionId}`,
      isGood: ({ status, body }) => status === 200 && body['executionId'] === executionId,
    },
    {
      name: 'write',
      method: 'POST',
      timeoutMs: 2_000,
      key,
      path: () => '/tasks/innocent-effect/execute/api',
      body: () => ({ params: { ms: 20 } }),
      isGood: ({ status, body }) => status === 202 && typeof body['executionId'] === 'string',
      onGood: ({ body }) => accepted.push(body['executionId'] as string),
    },
    {
      name: 'heartbeat',
      method: 'POST',
      timeoutMs: 1_000,
      key: agent.token,
      path: () => `/agents/${agent.id}/heartbeat`,
      body: () => ({ running: [] }),
      isGood: ({ status, body }) => status === 200 && Array.isArray(body['lost']),
    },
    { name: 'ready', method: 'GET', timeoutMs: 1_000, key: null, path: () => '/health/ready', isGood: ({ status }) => status === 200 },
  ];
}
