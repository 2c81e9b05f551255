import type { Argument, Command, Option } from 'commander';
import { TASK_STATUSES } from '../api-types.ts';
import { FILES } from './scripts.ts';

export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What the server knows: the values of one kind, newest first. */
export type Kind =
  | 'account'
  | 'execution'
  | 'content'
  | 'topic'
  | 'entry'
  | 'schedule'
  | 'queue'
  | 'agent'
  | 'task name'
  | 'creator'
  | 'profile';
export type Lookup = (kind: Kind) => Promise<readonly Candidate[]>;

const KIND_OF_OPTION: Readonly<Record<string, Kind>> = {
  account: 'account',
  creator: 'creator',
  queue: 'queue',
  'task-name': 'task name',
  task: 'task name',
  profile: 'profile',
};
const FILE_OPTIONS = new Set(['file', 'csv', 'exec', 'out', 'request']);
const KIND_OF_ARGUMENT: Readonly<Record<string, Kind>> = {
  account: 'account',
  content: 'content',
  topic: 'topic',
  entry: 'entry',
  schedule: 'schedule',
  agent: 'agent',
  profile: 'profile',
};
/** Of an argument `id` or `name`, by the first word of the command. */
const KIND_OF_NOUN: Readonly<Record<string, Kind>> = { task: 'execution', content: 'content', account: 'account', queue: 'queue' };

/** The candidates for the last word. `words` are those after the name of the program. */
export async function candidatesFor(program: Command, words: readonly string[], lookup: Lookup): Promise<readonly Candidate[]> {
  const given = splitAtEquals(words);
  const current = given.at(-1) ?? '';
  const { command, args, valueOf } = walk(program, given.slice(0, -1));
  const all = valueOf === undefined ? await wordsOf(command, args, current, lookup) : await valuesOf(valueOf, command, lookup);
  return all.filter(({ value }) => value === FILES || value.startsWith(current));
}

/** Bash splits `--output=json` into three words, other shells do not. */
function splitAtEquals(words: readonly string[]): string[] {
  const split = words.flatMap((word) => {
    const [, option, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    return option === undefined ? word : [option, value ?? ''];
  });
  const last = split.length - 1;
  return split.flatMap((word, i) => (word !== '=' ? word : i === last ? '' : []));
}

/** The command that these words lead to, its arguments, and the option whose value comes next. */
function walk(program: Command, words: readonly string[]): { command: Command; args: string[]; valueOf: Option | undefined } {
  let command = program;
  let args: string[] = [];
  let valueOf: Option | undefined;
  for (const word of words) {
    if (valueOf !== undefined) {
      valueOf = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const option = command.options.find(({ short, long }) => word === short || word === long);
      if (option?.required || option?.optional) valueOf = option;
      continue;
    }
    const next = args.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (next === undefined) args = [...args, word];
    else [command, args] = [next, []];
  }
  return { command, args, valueOf };
}

async function valuesOf(option: Option, command: Command, lookup: Lookup): Promise<readonly Candidate[]> {
  if (option.argChoices) return option.argChoices.map((value) => ({ value }));
  const name = option.name();
  if (name === 'status') return TASK_STATUSES.map((value) => ({ value }));
  if (FILE_OPTIONS.has(name)) return [{ value: FILES }];
  const kind = KIND_OF_OPTION[name];
  return kind === undefined || command.name() === 'create' ? [] : lookup(kind);
}

async function wordsOf(command: Command, args: readonly string[], current: string, lookup: Lookup): Promise<readonly Candidate[]> {
  if (current.startsWith('-')) {
    return command.options.flatMap(({ long, description, hidden }) => (hidden || !long ? [] : { value: long, description }));
  }
  if (command.commands.length > 0 && args.length === 0) return subcommandsOf(command);
  const argument = command.registeredArguments[args.length] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  return argument === undefined ? [] : valuesOfArgument(argument, command, lookup);
}

function subcommandsOf(command: Command): Candidate[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((each) => ({ value: each.name(), description: each.description() }));
}

async function valuesOfArgument(argument: Argument, command: Command, lookup: Lookup): Promise<readonly Candidate[]> {
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value }));
  const name = argument.name();
  if (name === 'file') return [{ value: FILES }];
  const noun = command.parent?.name() ?? '';
  const kind = KIND_OF_ARGUMENT[name] ?? (name === 'id' ? KIND_OF_NOUN[noun] : name === 'name' ? nameKind(noun) : undefined);
  return kind === undefined ? [] : lookup(kind);
}

function nameKind(noun: string): Kind | undefined {
  return noun === 'task' ? 'task name' : KIND_OF_NOUN[noun];
}
