import { Injectable } from '@nestjs/common';
import { hasNumberNotIn } from '../../core/text/text-grams.ts';
import { CreationError } from '../../creators/creation-error.ts';
import { CreatorRegistry } from '../../creators/creator.registry.ts';
import { PromptTemplateStore } from '../../creators/llm/prompts/prompt-template.store.ts';
import { ANSWER_UNUSABLE, proposesTitles, type TitleCandidate, type TitleCreator } from '../../creators/title-creator.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { newId } from '../../platform/ids/new-id.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import type { Account } from '../accounts/account.entity.ts';
import { titleFault } from './topic-candidates.ts';
import { INSERT_TITLES, SELECT_TITLES } from './topic.sql.ts';

/** The titles of one request. The best candidates come first, and the others keep their titles. */
const TITLES_AT_ONCE = 50;

export type TitleReason = 'title_model_not_configured' | 'title_model_failed' | 'titles_unusable';

/** How a source calls a topic, and how a model worded it. */
export interface Wording {
  readonly sourceTitle: string;
  /** The hash of the prompt template. */
  readonly promptHash: string;
  readonly title: string;
}

export interface ProposedTitles {
  /** By the titles of the sources; only those that differ. */
  readonly titles: ReadonlyMap<string, string>;
  /** Why a title is still that of its source. */
  readonly reasons: { readonly code: TitleReason; readonly detail: string }[];
}

/** Titles that the model of an account words for the candidates of its sources. Each is paid for once. */
@Injectable()
export class TopicTitleService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly creators: CreatorRegistry,
    private readonly prompts: PromptTemplateStore,
    private readonly logger: Logger,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** How these titles of sources were worded before, by any template. */
  wordings(accountId: string, sourceTitles: readonly string[]): Promise<Wording[]> {
    return this.sql.query<Wording>(SELECT_TITLES, [accountId, sourceTitles]);
  }

  /** Never throws because of the model. An account whose creator is no language model gets no titles and no reasons. */
  async propose(account: Account, candidates: readonly TitleCandidate[], signal: AbortSignal): Promise<ProposedTitles> {
    const creator = this.creators.find(account.creator);
    const asked = candidates.slice(0, TITLES_AT_ONCE);
    if (!proposesTitles(creator) || asked.length === 0) return { titles: new Map(), reasons: [] };
    const { hash } = (await this.prompts.of(account.id)).titles;
    const known = await this.current(account.id, asked, hash);
    const missing = asked.filter(({ title }) => !known.has(title));
    if (missing.length === 0) return { titles: differing(known), reasons: [] };
    const answer = await this.ask(creator, account, missing, signal);
    if ('reason' in answer) return { titles: differing(known), reasons: [answer.reason] };
    const read = missing.map(({ title }, i) => readTitle(title, answer.titles[i] ?? null));
    const rows = missing.map(({ title }, i) => ({ sourceTitle: title, title: read[i]?.title ?? title }));
    await this.sql.query(INSERT_TITLES, [account.id, hash, JSON.stringify(rows)]);
    const faults = read.flatMap(({ fault }) => fault ?? []);
    const detail = `${faults.length} of ${missing.length} titles of the model were not usable: ${[...new Set(faults)].join(' ')}`;
    const reasons = faults.length === 0 ? [] : [{ code: 'titles_unusable' as const, detail }];
    // Another request may have stored other wordings meanwhile.
    return { titles: differing(await this.current(account.id, asked, hash)), reasons };
  }

  private async current(accountId: string, candidates: readonly TitleCandidate[], hash: string): Promise<Map<string, string>> {
    const titles = candidates.map(({ title }) => title);
    const wordings = await this.wordings(accountId, titles);
    return new Map(wordings.filter(({ promptHash }) => promptHash === hash).map(({ sourceTitle, title }) => [sourceTitle, title]));
  }

  private async ask(
    creator: TitleCreator,
    { id, name, voice, sections, language, creatorOptions }: Account,
    candidates: readonly TitleCandidate[],
    signal: AbortSignal,
  ): Promise<{ titles: (string | null)[] } | { reason: ProposedTitles['reasons'][number] }> {
    const model = creatorOptions['model'];
    const request = { account: { id, name, voice, sections }, language, candidates, model: typeof model === 'string' ? model : null };
    const log = (_level: string, message: string) => this.logger.warn({ accountId: id }, message);
    try {
      return { titles: await creator.proposeTitles(request, newId(), { signal, log }) };
    } catch (error) {
      if (error instanceof CreationError) return { reason: reasonOf(error) };
      if (!signal.aborted) throw error;
      return {
        reason: { code: 'title_model_failed', detail: 'The model did not word the titles in time, so they are those of the sources.' },
      };
    }
  }
}

function reasonOf({ reason, message }: CreationError): ProposedTitles['reasons'][number] {
  const detail = `The titles are those of the sources. ${message}`;
  if (reason === 'not_configured') return { code: 'title_model_not_configured', detail };
  return { code: reason === ANSWER_UNUSABLE ? 'titles_unusable' : 'title_model_failed', detail };
}

/** The title without marks around it; or why it is not usable. */
function readTitle(sourceTitle: string, answer: string | null): { title?: string; fault?: string } {
  if (answer === null) return { fault: 'A title is missing.' };
  // PostgreSQL stores no lone surrogate; the replacement character in a headline would be no better than the source's title.
  if (!answer.isWellFormed()) return { fault: 'A title has a broken character.' };
  const title = answer
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replace(/^[#\s]+/, '')
    .replace(/^\s*["“「『](.*)["”」』]\s*$/u, '$1')
    .trim();
  const fault = titleFault(title) ?? (hasNumberNotIn(title, sourceTitle) ? 'A title has a number that its source does not have.' : null);
  return fault === null ? { title } : { fault };
}

function differing(wordings: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...wordings].filter(([sourceTitle, title]) => sourceTitle !== title));
}
