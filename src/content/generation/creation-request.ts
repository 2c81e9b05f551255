import type { CreationLanguage, CreationRequest, Voice } from '../../creators/creator.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import type { Account } from '../accounts/account.entity.ts';
import type { ContentGenerationParams } from './content-generation.params.ts';

type RequestedAccount = Pick<Account, 'id' | 'name' | 'voice' | 'sections' | 'sources' | 'language'>;

/** What a creator gets for a request: the wishes of the request take the place of those of the account. */
export function toCreationRequest(params: ContentGenerationParams, account: RequestedAccount, options: CreatorOptions): CreationRequest {
  const { topic = null, keywords = [], category = null, tone = null, previousFindings = [] } = params;
  const { id, name, sections, sources, language } = account;
  return {
    topic,
    keywords,
    category,
    requirements: requirementsOf(params, language),
    tone,
    language,
    account: { id, name, voice: { ...account.voice, ...lengthsOf(params, account.voice) }, sections },
    sources,
    options,
    previousFindings,
  };
}

/** Every creator reads the requirements, so the readers are a line of them. */
function requirementsOf({ requirements, audience }: ContentGenerationParams, language: CreationLanguage): string | null {
  if (audience === undefined) return requirements ?? null;
  const readers = language === 'zh' ? `目标受众：${audience}` : `Readers: ${audience}`;
  return requirements === undefined || requirements.trim() === '' ? readers : `${requirements}\n${readers}`;
}

/** A bound of the account that contradicts one of the request does not apply. */
function lengthsOf({ minWords, maxWords }: ContentGenerationParams, voice: Voice): Pick<Voice, 'minWords' | 'maxWords'> {
  if (minWords === undefined && maxWords === undefined) return {};
  const leastOfAccount = (voice.minWords ?? 0) <= (maxWords ?? Number.POSITIVE_INFINITY) ? voice.minWords : undefined;
  const mostOfAccount = (voice.maxWords ?? Number.POSITIVE_INFINITY) >= (minWords ?? 0) ? voice.maxWords : undefined;
  return { minWords: minWords ?? leastOfAccount, maxWords: maxWords ?? mostOfAccount };
}
