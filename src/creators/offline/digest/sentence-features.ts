import type { CreationLanguage } from '../../creator.ts';

const NUMBER =
  /\d|[一二三四五六七八九十百千万亿两]+(?:[个万亿倍成年月日元吨次家座套项名人]|分之)|\b(?:million|billion|percent|half|double|twice)\b/iu;
const DATE =
  /\b(?:19|20)\d{2}\b|(?:19|20)\d{2}\s?年|\d{1,2}\s?月\s?\d{1,2}\s?日|\b(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|June|July|Aug(?:ust)?|Sept(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b/u;
/** A capital inside an English sentence; in Chinese a quoted title, a Latin name or an institution. */
const NAME: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /[\p{L}\p{N},;] \p{Lu}\p{L}+/u,
  zh: /《[^》]+》|「[^」]+」|[A-Z][A-Za-z0-9]+|\p{sc=Han}{2,8}(?:公司|集团|大学|学院|研究院|研究所|委员会|协会|银行|医院|政府|[省市县州])/u,
};
const BOILERPLATE =
  /\b(?:subscribe|click here|read more|sign up|all rights reserved|cookies?|follow us|share this)\b|点击(?:此处|阅读|查看|关注)|阅读原文|版权所有|未经授权|扫码|关注(?:我们|公众号)|转载请/iu;
/** Remarks of a source about itself: they answer nothing. */
const ABOUT_ITSELF: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:this (?:issue|blog|newsletter|thread|episode|page|article|review)|next (?:issue|episode|letter|letters|note|talk|post)|newsletter|readers?|chapter|tutorial|episode)\b/i,
  zh: /本期|下期|下一篇|本帖|原帖|读者|编辑部|来信|留言|本文|手记|日记|公众号|报名|预约|闭馆/u,
};

/** A score from −0.2 to 0.26 for what a unit says by itself: facts raise it, remarks of the source about itself lower it. */
export function factWorth(text: string, language: CreationLanguage): number {
  let worth = 0;
  if (NUMBER.test(text)) worth += 0.12;
  if (DATE.test(text)) worth += 0.06;
  if (NAME[language].test(text)) worth += 0.08;
  if (ABOUT_ITSELF[language].test(text)) worth -= 0.2;
  return worth;
}

/** True for whole sentences: no link labels, and no boilerplate of web pages. A colon may introduce what follows. */
export function isWhole(sentence: string): boolean {
  return !/[,，;；]$/.test(sentence) && /[.!?:：。！？…]["”’」』)）]?$/.test(sentence) && !BOILERPLATE.test(sentence);
}
