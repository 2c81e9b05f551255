import type { TaskHandlerOf } from './task-handler.decorator.ts';

/** Placeholder for tasks that agents run: their code is not in this process. */
export class AgentTaskHandler implements TaskHandlerOf {
  handle(): Promise<never> {
    return Promise.reject(new Error('only agents run this task'));
  }
}
