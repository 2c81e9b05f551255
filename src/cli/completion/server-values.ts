import { ApiClient } from '../api-client.ts';
import { findConnection } from '../connection.ts';
import { readProfiles } from '../profiles.ts';
import type { Terminal } from '../terminal.ts';
import type { Candidate, Kind, Lookup } from './candidates.ts';

type Row = Readonly<Record<string, unknown>>;

interface Source {
  readonly path: string;
  /** The member that commands accept. */
  readonly value: string;
  readonly description?: string;
}

/** A person waits for the list after a press of Tab. */
const TIMEOUT_MS = 2_000;
const SHOWN = 50;
const SOURCES: Readonly<Record<Exclude<Kind, 'profile'>, Source>> = {
  account: { path: '/accounts', value: 'name', description: 'platform' },
  execution: { path: '/executions', value: 'executionId', description: 'taskName' },
  content: { path: '/contents', value: 'id', description: 'title' },
  topic: { path: '/topics', value: 'id', description: 'title' },
  entry: { path: '/pool', value: 'id', description: 'title' },
  schedule: { path: '/schedules', value: 'name', description: 'taskName' },
  queue: { path: '/queues', value: 'name' },
  agent: { path: '/agents', value: 'name', description: 'status' },
  'task name': { path: '/tasks', value: 'name', description: 'description' },
  creator: { path: '/creators', value: 'name', description: 'description' },
};
const PAGED: readonly Kind[] = ['account', 'execution', 'content', 'topic', 'entry', 'schedule', 'agent'];

/** Values of the server. A server that is away, or refuses, gives none: completion prints no errors. */
export function serverLookup({ env, cwd, interrupted }: Terminal): Lookup {
  return async (kind) => {
    try {
      if (kind === 'profile') return Object.keys(readProfiles(env).profiles).map((value) => ({ value }));
      const api = new ApiClient(findConnection({}, { env, cwd }), interrupted);
      const { path, value, description } = SOURCES[kind];
      const query = PAGED.includes(kind) ? `?limit=${SHOWN}` : '';
      const answer = await api.send({ method: 'GET', path: path + query, timeoutMs: TIMEOUT_MS });
      const { items } = JSON.parse(answer.text) as { items: readonly Row[] };
      return items.map((row): Candidate => ({ value: textOf(row[value]), description: description && textOf(row[description]) }));
    } catch {
      return [];
    }
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
