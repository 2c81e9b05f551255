import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { confirm } from '../prompt.ts';
import { createSeed } from '../seed/create-seed.ts';
import { removeSeed } from '../seed/remove-seed.ts';
import { SEED_ACCOUNTS } from '../seed/seed-data.ts';
import type { SeedLine } from '../seed/seed-objects.ts';

interface SeedOptions {
  readonly remove?: true;
  readonly yes?: true;
}

const FIELDS: readonly Field[] = [
  { name: 'kind', title: 'Kind' },
  { name: 'name', title: 'Account', kind: 'text' },
  { name: 'action', title: 'Action' },
  { name: 'detail', title: 'Detail', kind: 'sentence' },
];

export function registerSeed(program: Command, start: Start): void {
  program
    .command('seed')
    .option('--remove', 'remove what the command has made; contents and what belongs to them stay')
    .option('--yes', 'remove without a question')
    .description('create example accounts with sources, topics and schedules; a second run changes nothing')
    .addHelpText('after', '\nExample:\n  contenthub seed')
    .action(start(seed));
}

async function seed(call: Invocation, { remove, yes }: SeedOptions): Promise<void> {
  const print = call.printer.list<SeedLine>(FIELDS);
  if (remove) {
    await confirm(call, 'This removes the example accounts, their topics and schedules.', { yes, next: 'contenthub seed --remove --yes' });
  }
  const lines: SeedLine[] = [];
  for (const [i, account] of SEED_ACCOUNTS.entries()) {
    call.note(`[${i + 1}/${SEED_ACCOUNTS.length}] ${account.name}`);
    lines.push(...(await (remove ? removeSeed : createSeed)(call.api, account)));
  }
  await print(onePage({ items: lines }));
  summarise(call, lines, remove === true);
}

function summarise(call: Invocation, lines: readonly SeedLine[], removed: boolean): void {
  if (removed) {
    const kept = lines.filter(({ action }) => action === 'kept' || action === 'archived').length;
    if (lines.length === 0) call.note('Nothing to remove: there are no example accounts.');
    else if (kept > 0) call.note('What people use was kept. An archived account takes no new tasks; contenthub seed restores it.');
    return;
  }
  if (lines.every(({ action }) => action === 'unchanged')) call.note('Nothing changed: the example accounts are complete.');
  call.note('Next: contenthub schedule list                    when the accounts write');
  call.note('      contenthub schedule run seed-en             write now, without waiting');
  call.note('      contenthub content list                     what was written');
  call.note('      contenthub topic list --account seed-zh     what is written next');
  call.note('      contenthub seed --remove                    undo');
}
