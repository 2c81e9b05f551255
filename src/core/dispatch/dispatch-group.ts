/**
 * What must be respected before a task may start: the capabilities that its worker needs, and the keys under which the
 * task is counted. All tasks of a group have the same capabilities and keys, so a claim decides per group, not per
 * task.
 */
export interface DispatchGroup {
  readonly capabilities: readonly string[];
  /** The strategy `fair` shares the slots between the values of the first key. */
  readonly keys: readonly string[];
}

/** The longest key or capability name, because a dispatch group must fit into an index entry. */
export const MAX_KEY_LENGTH = 200;

/** Keys that every task definition brings. */
export const taskKey = (name: string): string => `task:${name}`;
export const providerKey = (name: string): string => `provider:${name}`;

const CAPABILITIES = 'cap:';

/** Returns `cap:gpu+llm|account:7|provider:openai`, or null for a task without capabilities and keys. */
export function formatDispatchGroup({ capabilities, keys }: DispatchGroup): string | null {
  const parts = [...new Set(keys)].map((key) => escape(key).replace(/^cap:/, `cap${code(':')}`));
  if (capabilities.length > 0) parts.unshift(CAPABILITIES + [...new Set(capabilities)].sort().map(escape).join('+'));
  return parts.length === 0 ? null : parts.join('|');
}

export function parseDispatchGroup(text: string | null): DispatchGroup {
  const parts = text === null ? [] : text.split('|');
  const capabilities = parts[0]?.startsWith(CAPABILITIES) ? (parts.shift() ?? '').slice(CAPABILITIES.length).split('+') : [];
  return { capabilities: capabilities.map(unescape), keys: parts.map(unescape) };
}

/** Escapes the separators and the characters that PostgreSQL cannot store. */
const escape = (text: string) => text.replace(/[%|+\p{Cc}\p{Cs}]/gu, code);
const unescape = (text: string) => text.replace(/%([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

function code(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
