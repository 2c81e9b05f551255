import type { TaskHandlerOf } from './task-handler.decorator.ts';

/** Stands for code that is elsewhere: agents run the task. */
export class AgentTaskHandler implements TaskHandlerOf {
  handle(): Promise<never> {
    return Promise.reject(new Error('only agents run this task'));
  }
}
