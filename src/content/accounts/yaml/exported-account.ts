import type { Account } from '../account.entity.ts';

/** The members of an account that are in a file, in the order of the file. An account is known by its name, so ids are not. */
export const EXPORTED_FIELDS = [
  'name',
  'platform',
  'owner',
  'status',
  'language',
  'timeZone',
  'voice',
  'sections',
  'sources',
  'creator',
  'creatorOptions',
  'concurrency',
  'review',
  'publishing',
  'publishingPaused',
] as const;

export type ExportedAccount = Pick<Account, (typeof EXPORTED_FIELDS)[number]>;
