import type { Command } from 'commander';
import type { Start } from '../starter.ts';

type Register = (command: Command, start: Start) => void;

/** In the order of the help. Each is loaded alone where the command line names it: the files of all take a third of the start. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  status: async () => (await import('./task-status.command.ts')).registerStatus,
  watch: async () => (await import('./task-watch.command.ts')).registerWatch,
  list: async () => (await import('./task-list.command.ts')).registerList,
  stats: async () => (await import('./task-stats.command.ts')).registerStats,
  cancel: async () => (await import('./task-cancel.command.ts')).registerCancel,
  retry: async () => (await import('./task-retry.command.ts')).registerRetry,
  reprioritise: async () => (await import('./task-reprioritise.command.ts')).registerReprioritise,
  batch: async () => (await import('./task-batch.command.ts')).registerBatch,
  cleanup: async () => (await import('./task-cleanup.command.ts')).registerCleanup,
  run: async () => (await import('./task-run.command.ts')).registerRun,
  logs: async () => (await import('./task-logs.command.ts')).registerLogs,
  why: async () => (await import('./task-why.command.ts')).registerWhy,
  pause: async () => (await import('./task-pause.command.ts')).registerPause,
  resume: async () => (await import('./task-pause.command.ts')).registerResume,
  report: async () => (await import('./task-report.command.ts')).registerReport,
};

/** The command names of the first product documents. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  'task-status': 'status',
  'task-list': 'list',
  'task-cancel': 'cancel',
  'task-retry': 'retry',
};

/** `words`: of the command line; without a known command all are loaded, for the help and for a suggestion. */
export async function loadTask(words: readonly string[]): Promise<(program: Command, start: Start) => void> {
  const [group = '', word = ''] = words;
  const name = FORMER_NAMES[group] ?? word;
  const names = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  const loaded = new Map(await Promise.all(names.map(async (each) => [each, await COMMANDS[each]?.()] as const)));
  return (program, start) => {
    const task = program.command('task').description('run, follow and control tasks');
    for (const [each, register] of loaded) register?.(task.command(each), start);
    for (const [former, each] of Object.entries(FORMER_NAMES)) {
      const register = loaded.get(each);
      register?.(program.command(former, { hidden: true }), start);
    }
  };
}
