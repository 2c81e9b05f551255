/** Runs a statement without the triggers, for changes that they reject, such as another end time of a task. */
export function withoutTriggers(sql: (text: string) => Promise<unknown>, statement: string): Promise<unknown> {
  return sql(`BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`);
}
