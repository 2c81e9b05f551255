import { expect, it } from '@jest/globals';
import { isAgentQueue } from './agent-queue.ts';

it('the queues of agents are known by their names', () => {
  expect(['agents', 'agents-gpu', 'agents-'].map(isAgentQueue)).toEqual([true, true, true]);
  expect(['default', 'agentsgpu', 'my-agents', 'Agents', ''].map(isAgentQueue)).toEqual([false, false, false, false, false]);
});
