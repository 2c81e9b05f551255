/** What a caller that is limited to accounts reaches: the tasks of these accounts, and those that it submitted. */
export interface AccountScope {
  readonly accountIds: readonly string[];
  /** The text of the caller (actor.ts). */
  readonly createdBy: string;
}

/** `scope`: null reaches everything. */
export function isInScope(scope: AccountScope | null, task: { accountId: string | null; createdBy: string }): boolean {
  if (scope === null || task.createdBy === scope.createdBy) return true;
  return scope.accountIds.some((id) => id === task.accountId);
}
