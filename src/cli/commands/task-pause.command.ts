import type { Command } from 'commander';
import type { PausedTaskView } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { PAUSED_TASK_FIELDS } from '../output/fields.ts';

export function registerPause(command: Command, start: Start): void {
  command
    .argument('<name>')
    .description('start no more tasks of a name; running tasks finish')
    .addHelpText('after', '\nExample:\n  contenthub task pause content-generation')
    .action(start(setPaused('pause')));
}

export function registerResume(command: Command, start: Start): void {
  command
    .argument('<name>')
    .description('start tasks of a name again')
    .addHelpText('after', '\nExample:\n  contenthub task resume content-generation')
    .action(start(setPaused('resume')));
}

function setPaused(word: 'pause' | 'resume') {
  return async ({ api, printer }: Invocation, _options: object, name: string): Promise<void> => {
    const show = printer.one(PAUSED_TASK_FIELDS);
    show(await api.create<PausedTaskView>(`/tasks/${encodeURIComponent(name)}/${word}`, undefined));
  };
}
