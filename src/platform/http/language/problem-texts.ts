import { translator } from '../../../core/text/translator.ts';
import type { ProblemBody } from '../problem.ts';
import type { AnswerLanguage } from './request-language.ts';
import { ZH_CONTENT_DETAILS } from './zh/content-details.ts';
import { ZH_CONTENT_TITLES } from './zh/content-titles.ts';
import { ZH_DETAILS } from './zh/problem-details.ts';
import { ZH_FIELD_ERRORS } from './zh/field-errors.ts';
import { ZH_TITLES } from './zh/problem-titles.ts';

/** Exported for the test that names each text without a translation. */
export const ZH_PROBLEMS = {
  ...ZH_TITLES,
  ...ZH_CONTENT_TITLES,
  ...ZH_DETAILS,
  ...ZH_CONTENT_DETAILS,
  ...ZH_FIELD_ERRORS,
};

const toChinese = translator(ZH_PROBLEMS);

/** The problem with the texts for readers in this language. A text without a translation stays English. */
export function problemIn(language: AnswerLanguage, body: ProblemBody): ProblemBody {
  if (language === 'en') return body;
  const errors = body.errors.map((error) => ({ ...error, detail: toChinese(error.detail) }));
  return { ...body, title: toChinese(body.title), detail: detailOf(body, errors), errors };
}

/** The detail may consist of the sentences of its errors: those are replaced one by one. */
function detailOf({ detail, errors }: ProblemBody, translated: ProblemBody['errors']): string {
  const isComposed = errors.length > 1 && errors.every((error) => detail.includes(error.detail));
  const whole = isComposed ? detail : toChinese(detail);
  if (whole !== detail) return whole;
  const parts = errors.reduce(
    (text, { detail: part }, i) => (part === '' ? text : text.replaceAll(part, () => translated[i]?.detail ?? part)),
    detail,
  );
  return parts.replaceAll(/(?<=\p{Script=Han})\. ?/gu, '。');
}
