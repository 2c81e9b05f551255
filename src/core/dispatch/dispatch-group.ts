/**
 * What must be respected before a task may start: the capabilities it needs of whoever runs it, and the keys under which
 * it is counted. Tasks of one lane are alike in both, so that a claim decides about lanes and not about tasks.
 */
export interface DispatchGroup {
  readonly capabilities: readonly string[];
  /** The first is the one that the strategy `fair` shares the slots between. */
  readonly keys: readonly string[];
}

/** Of a key or the name of a capability: a lane must fit an index. */
export const MAX_KEY_LENGTH = 200;

/** The keys that definitions bring by themselves. */
export const taskKey = (name: string): string => `task:${name}`;
export const providerKey = (name: string): string => `provider:${name}`;

const CAPABILITIES = 'cap:';

/** `cap:gpu+llm|account:7|provider:openai`, or null for a task that anybody may run at any time. */
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

/** Also what PostgreSQL cannot store. */
const escape = (text: string) => text.replace(/[%|+\p{Cc}\p{Cs}]/gu, code);
const unescape = (text: string) => text.replace(/%([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

function code(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
