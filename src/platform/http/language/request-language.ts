import type { FastifyReply, FastifyRequest } from 'fastify';

/** The languages of titles, details and remedies. Codes and fields are the same in each. */
export type AnswerLanguage = 'en' | 'zh';

const MOST_RANGES = 20;

/** The better of English and Chinese for an Accept-Language header (RFC 9110, 12.5.4); English when it prefers neither. */
export function languageOf(header: string | undefined): AnswerLanguage {
  if (header === undefined) return 'en';
  const ranges = header.split(',', MOST_RANGES).map(rangeOf);
  const weightOf = (language: AnswerLanguage): number =>
    Math.max(-1, ...ranges.filter(({ primary }) => primary === language).map(({ weight }) => weight));
  const any = ranges.find(({ primary }) => primary === '*')?.weight ?? 0;
  const [zh, en] = [weightOf('zh'), weightOf('en')];
  if (zh <= 0) return 'en';
  if (zh === en) return ranges.find(({ primary }) => primary === 'zh' || primary === 'en')?.primary === 'zh' ? 'zh' : 'en';
  return zh > (en < 0 ? any : en) ? 'zh' : 'en';
}

function rangeOf(text: string): { primary: string; weight: number } {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = quality === undefined ? 1 : Number(quality);
  return { primary: tag.split('-', 1)[0] ?? '', weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** The language of the request. Sets Content-Language, and Vary for caches: another request may get another text. */
export function negotiateLanguage(request: FastifyRequest, reply: FastifyReply): AnswerLanguage {
  const language = languageOf(request.headers['accept-language']);
  const vary = reply.getHeader('vary');
  void reply.header('vary', vary === undefined ? 'accept-language' : `${String(vary)}, accept-language`);
  void reply.header('content-language', language);
  return language;
}
