import type { AccountView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';

const REMEDY = 'content-creator create --account NAME …   (or set CONTENTHUB_ACCOUNT)';

/** The account that a request is for: that of --account, of CONTENTHUB_ACCOUNT, of the profile, or the only active one. */
export async function creationAccount(call: Invocation, given: string | undefined): Promise<string> {
  const named = given ?? call.connection.account;
  if (named !== undefined) return accountIdOf(call.api, named);
  const active: AccountView[] = [];
  for await (const { items } of call.api.pages<AccountView>('/accounts', {}, 200))
    active.push(...items.filter(({ status }) => status === 'active'));
  const [only] = active;
  if (only !== undefined && active.length === 1) return only.id;
  const names = active.map(({ name }) => name).join(', ');
  throw usageError(only === undefined ? 'The server has no active account' : `Choose an account: ${names}`, REMEDY);
}

/** A hand-over must not come back: an account whose creator is `cli` may call this program again, without end. */
export async function refuseLoop(call: Invocation, accountId: string, creator: string | undefined): Promise<void> {
  const account = await call.api.get<AccountView>(`/accounts/${accountId}`);
  if ((creator ?? account.creator) !== 'cli') return;
  throw usageError(
    `The account "${account.name}" writes with the creator cli, which may call this program again: choose an account of another creator`,
    REMEDY,
  );
}
