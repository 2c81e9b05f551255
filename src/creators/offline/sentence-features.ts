import type { CreationLanguage } from '../creator.ts';

const NUMBER =
  /\d|[一二三四五六七八九十百千万亿两]+(?:[个万亿倍成年月日元吨次家座套项名人]|分之)|\b(?:million|billion|percent|half|double|twice)\b/iu;
const DATE =
  /\b(?:19|20)\d{2}\b|(?:19|20)\d{2}\s?年|\d{1,2}\s?月\s?\d{1,2}\s?日|\b(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|June|July|Aug(?:ust)?|Sept(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b/u;
/** A capital inside an English sentence; in Chinese a quoted title, a Latin name or an institution. */
const NAME: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /[\p{L}\p{N},;] \p{Lu}\p{L}+/u,
  zh: /《[^》]+》|「[^」]+」|[A-Z][A-Za-z0-9]+|\p{sc=Han}{2,8}(?:公司|集团|大学|学院|研究院|研究所|委员会|协会|银行|医院|政府|[省市县州])/u,
};
/** Openings that refer to a previous sentence, which the digest may not quote. */
const DANGLING: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:this|that|these|those|it|its|they|their|he|she|his|her|such|but|and|or|so|also|however|therefore|thus|hence|instead|moreover|furthermore|meanwhile|otherwise|then|here|there|similarly|consequently|for example|for instance|in addition|as a result|in other words)\b/i,
  zh: /^(?:这|那|它|他|她|其|此|该|但|而|并且|所以|因此|于是|然而|不过|同时|此外|另外|例如|比如|也就是说|换句话说|总之|反之|否则|接着|随后|然后|可见|同样)/u,
};
const BOILERPLATE =
  /\b(?:subscribe|click here|read more|sign up|all rights reserved|cookies?|follow us|share this)\b|点击(?:此处|阅读|查看|关注)|阅读原文|版权所有|未经授权|扫码|关注(?:我们|公众号)|转载请/iu;

/** A score from −0.4 to 0.3 for how well a sentence reads without its context. */
export function standingAlone(sentence: string, language: CreationLanguage): number {
  let worth = 0;
  if (NUMBER.test(sentence)) worth += 0.12;
  if (DATE.test(sentence)) worth += 0.06;
  if (NAME[language].test(sentence)) worth += 0.08;
  if (DANGLING[language].test(sentence)) worth -= 0.25;
  if (/[?？]["”’」)）]?$/.test(sentence)) worth -= 0.15;
  return worth;
}

/** True for whole sentences: no link labels, and no introductions of a list. */
export function isQuotable(sentence: string): boolean {
  return !/[:：,，;；]$/.test(sentence) && /[.!?。！？…]["”’」』)）]?$/.test(sentence) && !BOILERPLATE.test(sentence);
}
