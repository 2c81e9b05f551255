import { createHash } from 'node:crypto';
import { countWords } from '../../core/text/word-count.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationLanguage, CreationRequest, CreationResult } from '../creator.ts';
import { drawCover } from '../offline/cover.ts';
import type { Simulation } from './simulation-options.ts';

const VERSION = '1';

interface Wording {
  watermark: string;
  title(topic: string): string;
  summary: string;
  heading(number: number): string;
  sentence(topic: string, number: number): string;
}

const WORDING: Readonly<Record<CreationLanguage, Wording>> = {
  en: {
    watermark: 'SAMPLE. A simulation wrote this text. It must not be published.',
    title: (topic) => `[SAMPLE] ${topic}`,
    summary: 'SAMPLE: the output of a simulated creator.',
    heading: (number) => `Part ${number}`,
    sentence: (topic, number) => `Sentence ${number} of this sample about ${topic} has no meaning.`,
  },
  zh: {
    watermark: '样稿 SAMPLE：本文由模拟程序生成，不得发布。',
    title: (topic) => `[样稿 SAMPLE] ${topic}`,
    summary: '样稿 SAMPLE：模拟创作者的输出。',
    heading: (number) => `第${number}部分`,
    sentence: (topic, number) => `这是关于${topic}的样稿第${number}句，没有实际含义。`,
  },
};
const SENTENCES_A_PARAGRAPH = 5;
const PARAGRAPHS_A_PART = 3;

/** The subject of the request. @throws {CreationError} `invalid_input` without one. */
export function topicOf({ topic, sources }: CreationRequest): string {
  const named = topic?.trim() || sources[0]?.name?.trim() || sources[0]?.location;
  if (named === undefined) throw new CreationError('invalid_input', 'There is neither a topic nor a source. Send a topic.');
  return named;
}

/** An article with a watermark at both ends. Equal requests give equal bytes. */
export function writeSample(creator: string, request: CreationRequest, { words }: Simulation): CreationResult {
  const topic = topicOf(request);
  const wording = WORDING[request.language];
  const title = wording.title(topic);
  const blocks = [`> ${wording.watermark}`];
  let [sentences, paragraphs, written] = [0, 0, 0];
  while (written < words) {
    if (paragraphs % PARAGRAPHS_A_PART === 0) blocks.push(`## ${wording.heading(paragraphs / PARAGRAPHS_A_PART + 1)}`);
    const paragraph = Array.from({ length: SENTENCES_A_PARAGRAPH }, () => wording.sentence(topic, ++sentences)).join(' ');
    blocks.push(paragraph);
    paragraphs++;
    written += countWords(paragraph);
  }
  blocks.push(`> ${wording.watermark}`);
  return {
    kind: 'sample',
    title,
    summary: wording.summary,
    bodyMarkdown: blocks.join('\n\n'),
    boilerplate: [wording.watermark],
    findings: [],
    sources: [],
    coverSvg: drawCover({ title, account: request.account.name, date: null }),
    claims: [],
    usage: null,
    provenance: { creator, version: VERSION, method: 'simulation, no model', inputsHash: hashOf(request) },
    warnings: ['This is a sample of a simulated creator. It cannot be approved or published.'],
    qualityScore: null,
  };
}

function hashOf(request: CreationRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, request]))
    .digest('hex');
}

/** The error of a misbehaving attempt; null when this attempt succeeds. `hang` is up to the caller. */
export function faultOf({ behavior, failures, retryAfterMs }: Simulation, attempt: number): CreationError | null {
  if (attempt > failures) return null;
  switch (behavior) {
    case 'failure':
      return new CreationError('transient', 'The simulated provider answered 503.');
    case 'rate_limited':
      return CreationError.rateLimited('The simulated provider answered 429.', retryAfterMs);
    case 'bad_json':
      return new CreationError('incompatible', 'The simulated provider answered “{"title": ”, which is not JSON.');
    case 'truncated':
      return new CreationError('transient', 'The simulated provider cut the text off before its end.');
    default:
      return null;
  }
}
