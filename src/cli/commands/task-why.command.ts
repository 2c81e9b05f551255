import type { Command } from 'commander';
import type { BlockersView } from '../api-types.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';

const BLOCKER_FIELDS: readonly Field[] = [
  { name: 'code', title: 'Blocker' },
  { name: 'open', title: 'Open' },
  { name: 'detail', title: 'Detail', kind: 'sentence' },
  { name: 'until', title: 'Until', kind: 'time' },
];

export function registerWhy(command: Command, start: Start): void {
  command
    .argument('<id>', 'execution id, or id of a content task')
    .description('show why one task is not running')
    .addHelpText('after', '\nExample:\n  contenthub task why task-20261123-01')
    .action(start(explain));
}

async function explain(call: Invocation, _options: object, id: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.list<BlockersView['blockers'][number]>(BLOCKER_FIELDS);
  const view = await api.get<BlockersView>(`/executions/${await executionIdOf(api, id)}/why`);
  if (printer.isStructured) {
    printer.data(view);
    return;
  }
  await show([{ items: view.blockers, nextCursor: null }]);
  if (view.earliestStart) call.note(`It starts at ${view.earliestStart} at the earliest`);
}
