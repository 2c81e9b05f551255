import type { Command } from 'commander';
import type { AgentView } from '../api-types.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { isShortOf, isUuid } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { confirm } from '../prompt.ts';

type Kind = 'process' | 'remote';

interface AgentFilter extends ListOptions {
  readonly status?: string;
  readonly capability?: string;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'kind', title: 'Kind' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'capabilities', title: 'Capabilities', kind: 'text' },
  { name: 'running', title: 'Running' },
  { name: 'maxConcurrency', title: 'At most' },
  { name: 'load', title: 'Load', detail: true },
  { name: 'version', title: 'Version', detail: true },
  { name: 'processInfo', title: 'Process', kind: 'text', detail: true },
  { name: 'lastSeenAt', title: 'Last seen', kind: 'time' },
  { name: 'registeredAt', title: 'Registered', kind: 'time', detail: true },
  { name: 'quarantineReason', title: 'Quarantine reason', kind: 'text', detail: true },
];
const REMOVED_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID' },
  { name: 'released', title: 'Released tasks' },
];

/** Operator commands for agents, such as `contenthub agent list`. */
export function registerAgentAdministration(agent: Command, start: Start): void {
  registerList(agent.command('list'), start, 'agent', 'remote').description('list the agents that lease over HTTP, newest first');
  agent
    .command('show')
    .argument('<agent>', 'id or name')
    .description('show one agent')
    .addHelpText('after', '\nExample:\n  contenthub agent show gpu-1 -o json')
    .action(start(showAgent));
  registerChange(agent.command('drain'), start, 'drain')
    .description('stop leasing to an agent; running tasks finish')
    .addHelpText('after', '\nExample:\n  contenthub agent drain gpu-1');
  registerChange(agent.command('resume'), start, 'resume')
    .description('end the drain or the quarantine of an agent')
    .addHelpText('after', '\nExample:\n  contenthub agent resume gpu-1');
  agent
    .command('remove')
    .argument('<agent>', 'id or name')
    .option('--yes', 'do not ask')
    .description('remove an agent: its tasks are requeued at once, its token is revoked')
    .addHelpText('after', '\nExample:\n  contenthub agent remove gpu-1 --yes')
    .action(start(removeAgent));
}

/** Processes of ContentHub are listed as agents too. */
export function registerWorker(program: Command, start: Start): void {
  const worker = program.command('worker').description('everything that runs tasks: processes and agents');
  registerList(worker.command('list'), start, 'worker', undefined).description('list processes and agents, newest first');
  registerChange(worker.command('drain'), start, 'drain')
    .description('stop leasing to a process or an agent; running tasks finish')
    .addHelpText('after', '\nExample:\n  contenthub worker drain 01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f');
  registerChange(worker.command('resume'), start, 'resume')
    .description('end the drain of a process or an agent')
    .addHelpText('after', '\nExample:\n  contenthub worker resume 01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f');
}

function registerList(command: Command, start: Start, noun: string, kind: Kind | undefined): Command {
  return addListOptions(command)
    .option('--status <status>', 'online, draining, quarantined or offline')
    .option('--capability <word>', 'only those with this capability')
    .addHelpText('after', `\nExample:\n  contenthub ${noun} list --status online`)
    .action(
      start(async ({ api, printer }: Invocation, { status, capability, ...list }: AgentFilter) => {
        await printer.list<AgentView>(FIELDS)(api.pages('/agents', { kind, status, capability }, limitOf(list)));
      }),
    );
}

function registerChange(command: Command, start: Start, change: 'drain' | 'resume'): Command {
  return command.argument('<agent>', 'id or name').action(
    start(async ({ api, printer }: Invocation, _options: object, agent: string) => {
      const show = printer.one(FIELDS);
      show(await api.create<AgentView>(`/agents/${await agentIdOf(api, agent)}/${change}`, undefined));
    }),
  );
}

async function showAgent({ api, printer }: Invocation, _options: object, agent: string): Promise<void> {
  const show = printer.one(FIELDS);
  show(await api.get<AgentView>(`/agents/${await agentIdOf(api, agent)}`));
}

async function removeAgent(call: Invocation, { yes }: { yes?: boolean }, agent: string): Promise<void> {
  const show = call.printer.one(REMOVED_FIELDS);
  const id = await agentIdOf(call.api, agent);
  await confirm(call, `The agent ${agent} loses its tasks and its token.`, { yes, next: `contenthub agent remove ${agent} --yes` });
  show(await call.api.delete<{ id: string; released: number }>(`/agents/${id}`));
}

/** Finds an agent by its id, its short id or its exact name. */
async function agentIdOf(api: ApiClient, idOrName: string): Promise<string> {
  if (isUuid(idOrName)) return idOrName.toLowerCase();
  for await (const { items } of api.pages<AgentView>('/agents', {})) {
    const agent = items.find(({ id, name }) => name === idOrName || isShortOf(idOrName, id));
    if (agent) return agent.id;
  }
  throw new CliError(Exit.notFound, 'agent_not_found', `There is no agent "${idOrName}"`, 'contenthub agent list');
}
