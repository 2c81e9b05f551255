import { usageError } from '../cli-error.ts';

/** The request of the native contract (docs/creators.md), as the creator `cli` writes it to stdin. */
export interface WireRequest {
  readonly topic?: string | null;
  readonly keywords?: readonly string[];
  readonly category?: string | null;
  readonly requirements?: string | null;
  readonly tone?: string | null;
  readonly language?: string;
  readonly previousFindings?: readonly string[];
  readonly sources?: readonly { readonly name?: string; readonly location?: string }[];
  readonly account?: {
    readonly voice?: {
      readonly tone?: string;
      readonly persona?: string;
      readonly minWords?: number;
      readonly maxWords?: number;
      readonly requiredPhrases?: readonly string[];
      readonly forbiddenPhrases?: readonly string[];
    };
  };
}

/** What POST /content-tasks accepts for such a request. The voice of the calling account is words of the requirements. */
export function fromWire(request: WireRequest): object {
  const { keywords, category, tone, sources = [], account: { voice = {} } = {} } = request;
  const topic = request.topic?.trim() || sources[0]?.name?.trim() || sources[0]?.location;
  if (topic === undefined) throw usageError('The request has neither a topic nor a source', 'content-creator create --help');
  const { minWords, maxWords } = voice;
  const sent = { topic, keywords, category, requirements: requirementsOf(request), tone: tone ?? voice.tone, minWords, maxWords };
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null && value !== undefined && value !== ''));
}

function requirementsOf({ requirements, previousFindings = [], account: { voice = {} } = {} }: WireRequest): string {
  const { persona, requiredPhrases = [], forbiddenPhrases = [] } = voice;
  const wishes = [
    requirements,
    persona && `Persona: ${persona}`,
    requiredPhrases.length > 0 && `Use these phrases: ${requiredPhrases.join('; ')}`,
    forbiddenPhrases.length > 0 && `Do not use these phrases: ${forbiddenPhrases.join('; ')}`,
    previousFindings.length > 0 && `Faults of an earlier version, to be avoided: ${previousFindings.join('; ')}`,
  ];
  return wishes.filter((wish) => typeof wish === 'string' && wish.trim() !== '').join('\n');
}
