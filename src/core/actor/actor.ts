import { AGENT } from '../task/lease-owner.ts';

/** A user, a key or an agent made the change, a worker process did, or the system itself (a loop, a dependency, the supervisor). */
export const ACTOR_TYPES = ['user', 'key', 'agent', 'worker', 'system'] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

/** Who made a change. */
export interface Actor {
  readonly type: ActorType;
  /** The id of the user, key or agent; the lease owner of a worker; null for the system. */
  readonly id: string | null;
  readonly name: string;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const CALLER = new RegExp(`^(user|key):(${UUID}):(.*)$`, 's');
/** The lease owner of an agent: its name, its id, and a part that is new with each registration. */
const AGENT_OWNER = new RegExp(`^${AGENT}:([^:]*):(${UUID})\\.`);
const WORKER = /^[^:]+:\d+:/;

/** The text by which the database stores a user or a key: the type, the id and the name at that time. */
export function formatActor({ type, id, name }: Actor): string {
  return `${type}:${id}:${name}`;
}

/** The lease owner of one registration of an agent. */
export function agentOwner(name: string, id: string, registration: string): string {
  return `${AGENT}:${name}:${id}.${registration}`;
}

/** Of the text that the database stores. The engine writes lease owners and plain words. */
export function parseActor(text: string): Actor {
  const [, type, id = '', name = ''] = CALLER.exec(text) ?? [];
  if (type !== undefined) return { type: type as ActorType, id, name };
  const [, agentName, agentId = ''] = AGENT_OWNER.exec(text) ?? [];
  if (agentName !== undefined) return { type: 'agent', id: agentId, name: agentName };
  return WORKER.test(text) ? { type: 'worker', id: text, name: text } : { type: 'system', id: null, name: text };
}

/** True for the same user, key or agent. Compares ids where they exist, because a name may change. */
export function isSameActor(one: string, other: string): boolean {
  const [a, b] = [parseActor(one), parseActor(other)];
  return a.type === b.type && (a.id ?? a.name) === (b.id ?? b.name);
}
