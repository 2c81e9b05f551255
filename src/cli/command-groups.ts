import type { Command } from 'commander';
import type { Start } from './starter.ts';

/** Commands that are loaded together, because one file registers them. */
export interface CommandGroup {
  /** The first words of these commands. */
  readonly words: readonly string[];
  /** `words`: of the command line, where they name this group; a group may load only what they need. */
  readonly load: (words: readonly string[]) => Promise<(program: Command, start: Start) => void>;
}

/** In the order of the help. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { words: ['content'], load: async () => (await import('./commands/content.command.ts')).registerContent },
  { words: ['topic'], load: async () => (await import('./commands/topic.command.ts')).registerTopic },
  { words: ['pool'], load: async () => (await import('./commands/pool.command.ts')).registerPool },
  { words: ['channel'], load: async () => (await import('./commands/channel.command.ts')).registerChannel },
  { words: ['creator'], load: async () => (await import('./commands/creator.command.ts')).registerCreator },
  {
    words: ['task', 'task-status', 'task-list', 'task-cancel', 'task-retry'],
    load: async (words) => (await import('./commands/task.command.ts')).loadTask(words),
  },
  { words: ['batch'], load: async () => (await import('./commands/batch.command.ts')).registerBatches },
  { words: ['limit'], load: async () => (await import('./commands/limit.command.ts')).registerLimit },
  { words: ['budget', 'usage'], load: async () => (await import('./commands/budget.command.ts')).registerBudget },
  { words: ['webhook'], load: async () => (await import('./commands/webhook-delivery.command.ts')).registerWebhooks },
  { words: ['queue'], load: async () => (await import('./commands/queue.command.ts')).registerQueue },
  { words: ['schedule'], load: async () => (await import('./commands/schedule.command.ts')).registerSchedule },
  { words: ['monitor'], load: async () => (await import('./commands/monitor.command.ts')).registerMonitor },
  { words: ['alert'], load: async () => (await import('./commands/alert.command.ts')).registerAlert },
  { words: ['account'], load: async () => (await import('./commands/account.command.ts')).registerAccount },
  { words: ['seed'], load: async () => (await import('./commands/seed.command.ts')).registerSeed },
  { words: ['key'], load: async () => (await import('./commands/key.command.ts')).registerKey },
  { words: ['user'], load: async () => (await import('./commands/user.command.ts')).registerUser },
  { words: ['audit'], load: async () => (await import('./commands/audit.command.ts')).registerAudit },
  { words: ['agent'], load: async () => (await import('./commands/agent.command.ts')).registerAgent },
  { words: ['worker'], load: async () => (await import('./commands/agents.command.ts')).registerWorker },
  {
    words: ['serve', 'migrate', 'backup', 'restore', 'openapi'],
    load: async () => (await import('./commands/server.command.ts')).registerServer,
  },
  { words: ['verify'], load: async () => (await import('./commands/verify.command.ts')).registerVerify },
  { words: ['doctor'], load: async () => (await import('./commands/doctor.command.ts')).registerDoctor },
  { words: ['config'], load: async () => (await import('./commands/config.command.ts')).registerConfig },
  { words: ['open'], load: async () => (await import('./commands/open.command.ts')).registerOpen },
  { words: ['version'], load: async () => (await import('./commands/version.command.ts')).registerVersion },
];
