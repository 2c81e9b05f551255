const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether PostgreSQL would take it for a uuid column in its usual spelling. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
