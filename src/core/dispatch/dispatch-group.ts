/** What a claim must respect before a task may start. Tasks with equal keys and capabilities are one group: a claim decides about groups. */
export interface DispatchGroup {
  /** Equal for equal keys and capabilities; null for tasks that have neither. */
  readonly group: string | null;
  /** Keys of limits under which the tasks are counted. The strategy `fair` shares slots between the first ones. */
  readonly keys: readonly string[];
  /** What the worker must be able to do. */
  readonly capabilities: readonly string[];
}

/** Characters of a key: the text of a group must fit an index. */
export const MAX_KEY_LENGTH = 200;

/** The keys of limits that task definitions declare. */
export const taskKey = (name: string): string => `task:${name}`;
export const providerKey = (name: string): string => `provider:${name}`;

/** The text of the group is `["gpu","llm"]["account:7","provider:openai"]`: capabilities, then keys. */
export function toDispatchGroup({ capabilities, keys }: Omit<DispatchGroup, 'group'>): DispatchGroup {
  const needed = [...new Set(capabilities)].sort();
  const counted = [...new Set(keys)];
  const group = needed.length + counted.length === 0 ? null : JSON.stringify(needed) + JSON.stringify(counted);
  return { group, keys: counted, capabilities: needed };
}

/** Whether a worker with these capabilities may run the group; undefined: it can do everything. */
export function isCapable(
  capabilities: ReadonlySet<string> | undefined,
  { capabilities: needed }: Pick<DispatchGroup, 'capabilities'>,
): boolean {
  return capabilities === undefined || needed.every((name) => capabilities.has(name));
}
