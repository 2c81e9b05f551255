/** What the database allows nobody, such as another time for the end of a task, which is frozen: a statement past the triggers. */
export function withoutTriggers(sql: (text: string) => Promise<unknown>, statement: string): Promise<unknown> {
  return sql(`BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`);
}
