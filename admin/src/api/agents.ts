import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type {
  AgentHealthView,
  AgentPage,
  AgentsDrainData,
  AgentsGetHealthData,
  AgentsListData,
  AgentsQuarantineData,
  AgentsResumeData,
  AgentView,
} from './schema/types.gen.ts';

const MOST = 200;

/** An agent and when it was asked for: only later events change it. */
export type Agent = AgentView & { fetchedAt: number };

/** Processes and remote agents. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async ({ signal }): Promise<{ items: Agent[] }> => {
    const fetchedAt = Date.now();
    const { items } = await call<AgentsListData, AgentPage>('GET', '/agents', { query: { limit: MOST }, signal });
    return { items: items.map((item) => ({ ...item, fetchedAt })) };
  },
  refetchInterval: 5_000,
});

export const agentHealthQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['agents', 'health', agentId],
    queryFn: ({ signal }) => call<AgentsGetHealthData, AgentHealthView>('GET', '/agents/{agentId}/health', { path: { agentId }, signal }),
    refetchInterval: 5_000,
  });

export const drainAgent = (agentId: string): Promise<AgentView> =>
  call<AgentsDrainData, AgentView>('POST', '/agents/{agentId}/drain', { path: { agentId } });

export const resumeAgent = (agentId: string): Promise<AgentView> =>
  call<AgentsResumeData, AgentView>('POST', '/agents/{agentId}/resume', { path: { agentId } });

export const quarantineAgent = (agentId: string, reason: string): Promise<AgentView> =>
  call<AgentsQuarantineData, AgentView>('POST', '/agents/{agentId}/quarantine', { path: { agentId }, body: { reason } });
