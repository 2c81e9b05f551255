import type { AnyCreator, CreationAccount, CreationLanguage, CreationRun } from './creator.ts';

/** A topic whose title is that of its source. */
export interface TitleCandidate {
  readonly title: string;
  /** Code of a section of the account. */
  readonly section: string | null;
}

export interface TitleRequest {
  readonly account: CreationAccount;
  readonly language: CreationLanguage;
  readonly candidates: readonly TitleCandidate[];
  /** Instead of the configured model. */
  readonly model: string | null;
}

/** The reason of a CreationError: the model answered, but not with titles. */
export const ANSWER_UNUSABLE = 'answer_unusable';

/** A creator that words the titles of topics. */
export interface TitleCreator {
  /**
   * A title for each candidate, null where there is none. `payer` is the id of the request in the ledger.
   * @throws {CreationError} with the reason `not_configured` without a provider, and ANSWER_UNUSABLE
   */
  proposeTitles(request: TitleRequest, payer: string, run: Pick<CreationRun, 'signal' | 'log'>): Promise<(string | null)[]>;
}

export function proposesTitles(creator: AnyCreator | undefined): creator is AnyCreator & TitleCreator {
  return creator !== undefined && 'proposeTitles' in creator;
}
