import { jsonrepair } from 'jsonrepair';

/** An answer that is no JSON object. The message completes “The answer …”. */
export class JsonAnswerError extends Error {}

/** The first JSON object of a model's answer: without a thinking part, prose, a fence and what follows it, and repaired. @throws {JsonAnswerError} */
export function readJsonAnswer(answer: string): Record<string, unknown> {
  const text = cutFirstObject(withoutThinking(answer));
  if (text === null) throw new JsonAnswerError('contains no JSON object');
  try {
    const value: unknown = JSON.parse(jsonrepair(text));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new JsonAnswerError('is not valid JSON', { cause: error });
  }
  throw new JsonAnswerError('is no JSON object');
}

/** Reasoning models write their reasoning between these tags before the answer. Without an end tag the rest is removed. */
export function withoutThinking(answer: string): string {
  return answer.replace(/<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/gi, '').trim();
}

/** From the first brace to the matching one, or to the end without a matching one. Braces inside of strings do not count. */
function cutFirstObject(text: string): string | null {
  const start = text.indexOf('{');
  if (start === -1) return null;
  let depth = 0;
  let isString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isString && character === '\\') at++;
    else if (character === '"') isString = !isString;
    else if (isString) continue;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start).replace(/`{3,}\s*$/, '');
}
