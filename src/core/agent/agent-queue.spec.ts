import { expect, it } from '@jest/globals';
import { isAgentQueue } from './agent-queue.ts';

it('recognises the queues of agents by name', () => {
  expect(['agents', 'agents-gpu', 'agents-'].map(isAgentQueue)).toEqual([true, true, true]);
  expect(['default', 'agentsgpu', 'my-agents', 'Agents', ''].map(isAgentQueue)).toEqual([false, false, false, false, false]);
});
