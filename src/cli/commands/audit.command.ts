import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { since } from '../parsers.ts';

interface AuditOptions extends ListOptions {
  readonly actor?: string;
  readonly operation?: string;
  readonly from?: string;
  readonly to?: string;
  readonly method?: string;
  readonly path?: string;
}

const FIELDS: readonly Field[] = [
  { name: 'at', title: 'Time', kind: 'time' },
  { name: 'actor', title: 'Actor', kind: 'actor' },
  { name: 'operation', title: 'Operation' },
  { name: 'method', title: 'Method' },
  { name: 'path', title: 'Path', kind: 'text' },
  { name: 'status', title: 'Status' },
  { name: 'reason', title: 'Reason', kind: 'text' },
  { name: 'changes', title: 'Changes', kind: 'text', detail: true },
  { name: 'requestId', title: 'Request', detail: true },
  { name: 'id', title: 'ID', kind: 'id', detail: true },
];

export function registerAudit(program: Command, start: Start): void {
  const audit = program.command('audit').description('changes by users, keys and agents to anything but tasks');
  addListOptions(audit.command('list'))
    .option('--actor <actor>', 'id or exact name of the user, key or agent')
    .option('--operation <permission>', 'the permission that the request used, such as queues:operate')
    .option('--from <time>', 'requested at or after this time, or so long ago (7d)', since)
    .option('--to <time>', 'requested before this time, or so long ago', since)
    .option('--method <method>', 'POST, PUT, PATCH or DELETE')
    .option('--path <path>', 'beginning of the path: all requests about one object')
    .description('list the changes, newest first; with --all and -o csv or -o jsonl it exports them')
    .addHelpText(
      'after',
      '\nExample:\n  contenthub audit list --operation queues:operate --from 7d\n  contenthub audit list --all -o csv > audit.csv',
    )
    .action(start(listOperations));
}

async function listOperations({ api, printer }: Invocation, options: AuditOptions): Promise<void> {
  const { actor, operation, from, to, method, path } = options;
  await printer.list<object>(FIELDS)(api.pages('/audit', { actor, operation, from, to, method, path }, limitOf(options)));
}
