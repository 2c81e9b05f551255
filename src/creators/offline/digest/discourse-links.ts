import type { CreationLanguage } from '../../creator.ts';

/** What a sentence needs beside it in its paragraph to be understood. */
export interface DiscourseLinks {
  /** It refers to the sentence before it. */
  needsPrevious: boolean;
  /** The number of following sentences that complete it; null when the paragraph does not complete it. */
  needsNext: number | null;
}

/** Openings that refer back or continue a thought. */
const OPENING: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^["“(]?(?:this|that|these|those|it|its|they|their|theirs|them|he|she|his|hers?|him|such|but|and|or|nor|so|yet|also|too|however|therefore|thus|hence|instead|moreover|furthermore|meanwhile|otherwise|then|afterwards?|later|here|similarly|consequently|accordingly|nevertheless|nonetheless|still|even so|for (?:example|instance|this|that)|in (?:addition|contrast|comparison|other words|that|this|these|those|turn)|as a result|because of (?:this|that|these)|by (?:contrast|then|that|this)|on the other hand|both|(?:each|most|half|some|many|all|none|one|two|three|few|several|part|neither|either|any|rest) of (?:it|them|these|those|this|that)|neither|none of the|one (?:is|was|reason|cause|way|kind)|an? (?:second|third|fourth|further|final) (?:reason|cause|step|way|problem|rule|point|condition|one)\b|the (?:former|latter|same|others?|rest|remaining|result)|the (?:first|second|third|fourth|last) (?:is|was|are|were|has|had|to|reason|cause|step|problem|kind|part)|another|others?|(?:first|second|third|next)(?:ly)?(?=,)|finally|(?:until|since|before|after|at|from|with|like|of) (?:then|that|this|these|those)\b|(?:an?|one|two|three|four|five|six|ten|\d+) (?:minutes?|hours?|days?|weeks?|months?|years?|decades?) (?:later|afterwards)\b|there(?! (?:is|are|was|were|has|have|had|will|may|can|must)\b)|most do|some do)\b/i,
  zh: /^[“「（]?(?:[这那](?!曲)|它|他|她|其|此|该|但|而|并|所以|因此|因而|于是|然而|不过|可是|只是|同时|另|例如|比如|譬如|也|还|再|更|则|却|就|才|都|又|甚至|尤其|总之|反之|相反|否则|接着|随后|然后|之后|后来|以后|可见|同样|同理|正是|[两二三]者|前者|后者|上述|剩下|剩余|多余|届时|到时|对此|为此|由此|从此|至此|换句话说|换言之|一般来说则|结果|第[二三四五六七]|其次|首先|第一[，、：是个项条种步点]|[一二三四五六]是|[一另]个是|再次|再者|最后|相比|与之|与此|有的|有些|有人|余下|以上|以前这|[\d一二三四五六七八九十两半几]+(?:年|天|周|个(?:多)?(?:月|星期|小时)|小时|分钟)(?:以后|之后|后)[，,])/u,
};
/** A conclusion that says what it is. Its connective refers back, but the reader misses nothing. */
const CONCLUDES: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:so|therefore|thus|in short),? (?:my|our|the) (?:advice|answer|view|conclusion|recommendation|rule)s? (?:is|are|was)[:,]? \S/i,
  zh: /^(?:所以|因此|总之|因而)，?(?:[我们]{0,2}的)?(?:看法|结论|建议|办法|做法|答案|经验|主张)(?:是|就是)?[：，]?\p{sc=Han}/u,
};
/** The first clause ends here. A pronoun behind it usually refers to what the clause names. */
const CLAUSE_END: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /[,;:—]|\s(?:because|when|while|which|who|whose|if|as|since|so|but|and|or|until|before|after|than|where|whether|how|what|why|although|though)\s/i,
  zh: /[，；：]/u,
};
const REFERENCE_EN =
  /\b(?:it|they|them|he|she|him|these|those|there(?! (?:is|are|was|were|has|have|had|will|may|can|must)\b)|this(?! (?:year|month|week|spring|summer|autumn|fall|winter|morning|evening|century|decade)\b)|such an?|(?<!\b(?:is|are|was|were|be|been|stay(?:s|ed)?|remain(?:s|ed)?) (?:about |nearly |almost )?)the same|the (?:other|latter|former)|also|(?:of|in|at|by|for|from|with|to|on|under|like|than) that|(?:the|an?|every|each) (?:new|old|other|first|second|third|last|next|larger|smaller|better|big|small|former|latter)? ?one|ones)\b/i;
const POSSESSIVE_EN = /\b(?:its|their|his|her)\b/i;
/** So far into a clause a possessive has a noun before it: "The bridge keeps its shape". */
const POSSESSIVE_AFTER = 2;
const REFERENCE_ZH =
  /[这那](?!么多|曲)|(?<!其)[它他她]|(?<![应本活])该(?=\p{sc=Han}{1,6}(?:项目|公司|系统|设施|办法|地区|机构|研究|报告|方案|桥|馆|厂|站))|(?<![因如彼])此(?!外|次|类|起彼)|(?<![极尤与])其(?!他|它|实|次|间)|上述|前述|[两二三]者|前者|后者|因此|因而/u;
/** A clause of time words alone names nothing: 去年，他… */
const ONLY_TIME =
  /^[\d零〇一二三四五六七八九十两年月日号上下去今明前后本周季春夏秋冬天半初末底早晚晨午夜时点的以来到从在当第个小分钟星期]+$/u;
const ONLY_TIME_EN =
  /^(?:in|on|at|since|by|after|during|until|around|last|next|early|late|from)?\s*(?:the\s)?[\w\s]{0,24}?(?:\d{4}|year|month|week|day|morning|evening|night|spring|summer|autumn|winter|today|yesterday|now)s?$/i;

const NUMBER_WORD_ZH = '[两二三四五六七八九十几\\d]';
const LISTED_ZH =
  '原因|好处|优点|缺点|方面|办法|方法|问题|步骤|理由|条件|特点|因素|途径|阶段|部分|要点|变化|影响|作用|类型|情况|来源|规则|建议|困难';
/** Announces members: 带来三个好处。 "has three causes." */
const ANNOUNCES: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:two|three|four|five|six|several|some|many|the following|\d+)\s+(?:\w+\s){0,2}(?:reasons|benefits|advantages|disadvantages|ways|causes|steps|kinds|types|problems|rules|things|factors|points|options|parts|stages|effects|drawbacks|questions|conditions|tips)(?:\s[\w\s]{1,24})?[.:]$|\b(?:as follows|the following)[.:]$/i,
  zh: new RegExp(
    `(?:${NUMBER_WORD_ZH}[个种条点项类大步][^，。：]{0,8}(?:${LISTED_ZH})|(?:来自|出在|在于|体现在|表现在|有)[^，。：]{0,8}${NUMBER_WORD_ZH}[处点方个]面?|如下|以下几[点个种条])[。：]$`,
    'u',
  ),
};
const FIRST_MEMBER: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:the )?(?:first(?:ly)?|one|number one|to begin)\b/i,
  zh: /^(?:第一[，、：是个项条种步点]|首先|一是|一、|其一|一个是|一种是|先是)/u,
};
/** Members that always follow an announcement. A narrative also begins with "first" or 第一年. */
const LIST_START: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:the first (?:is|was|are|were)\b|first(?:ly)?,|one is\b)/i,
  zh: /^(?:第一(?:[，、：是]|[个项条种步点]\p{sc=Han}{0,4}是)|一是|其一|首先是|一个是|一种是)/u,
};
/** Members that never stand without the ones before them. */
const LIST_MIDDLE: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:second(?:ly)?|third(?:ly)?|fourth(?:ly)?),|^the (?:second|third|fourth) (?:is|was|are|were)\b/i,
  zh: /^(?:第[二三四五六](?:[，、：是]|[个项条种步点]\p{sc=Han}{0,4}是)|[二三四五六]是|其[二三四])/u,
};
const NEXT_MEMBER: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:the )?(?:second(?:ly)?|third(?:ly)?|fourth|then|next|another|the other|finally|last(?:ly)?)\b/i,
  zh: /^(?:第[二三四五六]|其次|再次|然后|最后|[二三四五六]是|其二|其三|另一)/u,
};

/** Announces a measurement. Its result is in the next sentence. */
const MEASURES: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:we|i|they|he|she|researchers|engineers|scientists|physicians|teams?|stud(?:y|ies)|university|institute|group|laboratory|lab|authors|office|clinic|company|station|volunteers|students)\b[^.]{0,50}\b(?:measured|tested|surveyed|sampled|compared|counted|recorded|monitored|tracked|polled|interviewed|examined|weighed|put|placed|installed|analy[sz]ed|stored|buried|soaked|followed)\b|\b(?:was|were|been) (?:measured|tested|surveyed|sampled|counted|recorded|monitored|tracked|weighed) (?:by|with|at|in|on|from|before|every|each)\b/i,
  zh: /(?:测量|测|监测|测试|实测|调查|抽查|统计|走访|检测|观测|比较|对比|记录|安装|放置|布设|称量|询问)了|把[^，。]{1,12}[放存埋泡冻晾挂晒]了|做[过了][^，。]{0,12}(?:试验|实验|测试|调查|测量)/u,
};
const RESULT: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:found|finds|show(?:s|ed|n)?|fell|rose|dropped?|grew|lower|higher|cooler|warmer|colder|hotter|more|less|fewer|shorter|longer|faster|slower|smaller|larger|percent|average|mean|twice|half|result(?:s|ed)?|no difference|says?|concluded)\b|[%°]/i,
  zh: /发现|结果|显示|表明|平均|下降|上升|提高|降低|减少|增加|缩短|延长|达到|只有|高出|低于|高于|[%％]|倍|分之|仍|没有变化|超过|不到|多了|少了|更/u,
};

/** A longer chain is not quoted as one. */
const LONGEST_UNIT = 3;
/** An announcement and three members. */
export const LONGEST_LIST = 4;

/** Takes back what the sentence before it says: quoted without it, that sentence would mislead. */
const QUALIFIES: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:but|however|yet|still|even so|nevertheless|nonetheless)\b(?=.*\b(?:not?|never|also|only|cannot|nothing|same)\b)|\b(?:cannot be (?:attributed|explained)|(?:does|do|did) not (?:mean|prove)|no proof that|control group|also (?:rose|fell|grew|increased|dropped))\b/i,
  zh: /^(?:但|不过|然而|可是)(?=.*(?:不|没|无|只|也))|不能(?:说|证明|归功|归因|算)|不等于|不意味|说明不了|对照(?:组|城市|学校|医院|地区)|同期也/u,
};
/** "Rent was the reason in nine." counts what the sentence before it names. */
const BARE_COUNT_EN = /\b(?:in|of|for|with) (?:\d\d?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\.$/i;
const ANY_COUNT_EN = /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|many|several)\b/i;

/** Says what `sentences[at]` needs beside it. The sentences are those of one paragraph. */
export function discourseLinks(sentences: readonly string[], at: number, language: CreationLanguage): DiscourseLinks {
  const sentence = sentences[at] ?? '';
  const takesBack = at > 0 && QUALIFIES[language].test(sentence);
  return { needsPrevious: takesBack || refersBack(sentence, language), needsNext: completion(sentences, at, language) };
}

export function isQuestion(sentence: string): boolean {
  return /[?？]["”’」』)）]?$/.test(sentence);
}

/** True when a word at the start or in the first clause refers to something that the sentence does not name. */
export function refersBack(sentence: string, language: CreationLanguage): boolean {
  if (CONCLUDES[language].test(sentence)) return false;
  if (OPENING[language].test(sentence)) return true;
  if (language === 'en' && BARE_COUNT_EN.test(sentence) && !ANY_COUNT_EN.test(sentence.replace(BARE_COUNT_EN, ''))) return true;
  const [first = '', ...others] = sentence.split(CLAUSE_END[language]);
  const isOnlyTime = (language === 'zh' ? ONLY_TIME : ONLY_TIME_EN).test(first.trim());
  const clauses = isOnlyTime ? [first, others[0] ?? ''] : [first];
  return clauses.some((clause) => {
    if (language === 'zh') return REFERENCE_ZH.test(clause);
    if (isOnlyTime && OPENING.en.test(clause.trim())) return true;
    const possessive = POSSESSIVE_EN.exec(clause);
    const lonely = possessive !== null && clause.slice(0, possessive.index).trim().split(/\s+/).length < POSSESSIVE_AFTER;
    return lonely || REFERENCE_EN.test(clause);
  });
}

function completion(sentences: readonly string[], at: number, language: CreationLanguage): number | null {
  const sentence = sentences[at] ?? '';
  const next = sentences[at + 1];
  if (/[:：]["”」]?$/.test(sentence) || ANNOUNCES[language].test(sentence)) return members(sentences, at + 1, language);
  if (next !== undefined && LIST_START[language].test(next) && !FIRST_MEMBER[language].test(sentence))
    return members(sentences, at + 1, language);
  if (LIST_MIDDLE[language].test(sentence) && !isMember(sentences[at - 1] ?? '', language)) return null;
  if (isQuestion(sentence)) return next === undefined || isQuestion(next) ? null : 1;
  if (FIRST_MEMBER[language].test(sentence) && next !== undefined && NEXT_MEMBER[language].test(next))
    return chain(sentences, at + 1, language);
  if (MEASURES[language].test(sentence) && !RESULT[language].test(sentence))
    return next !== undefined && (RESULT[language].test(next) || /\d/.test(next)) ? 1 : null;
  return next !== undefined && QUALIFIES[language].test(next) && !isQuestion(next) ? 1 : 0;
}

/** True for a member of an enumeration: "The first is …", 二是… */
export function isMember(sentence: string, language: CreationLanguage): boolean {
  return FIRST_MEMBER[language].test(sentence) || NEXT_MEMBER[language].test(sentence);
}

/** The members of a list that begins at `from`; null when there is none, or only one. */
function members(sentences: readonly string[], from: number, language: CreationLanguage): number | null {
  const first = sentences[from];
  if (first === undefined || !FIRST_MEMBER[language].test(first)) return null;
  const further = chain(sentences, from + 1, language);
  const holdsMore = language === 'zh' ? /第二|其次|二是|其二|另一/u.test(first) : /\b(?:second|other|another|then)\b/i.test(first);
  return further > 0 || holdsMore ? 1 + further : null;
}

function chain(sentences: readonly string[], from: number, language: CreationLanguage): number {
  let count = 0;
  while (NEXT_MEMBER[language].test(sentences[from + count] ?? '')) count += 1;
  return count;
}

/** The first and last index of the sentences to quote together with `core`; null when the paragraph lacks one. */
export function unitAround(links: readonly DiscourseLinks[], core: number): { from: number; to: number } | null {
  let from = core;
  let to = core;
  let longest = LONGEST_UNIT;
  while (links[from]?.needsPrevious) {
    from -= 1;
    if (from < 0 || to - from >= LONGEST_LIST) return null;
  }
  for (let at = from; at <= to; at += 1) {
    const more = links[at]?.needsNext ?? null;
    if (more === null) return null;
    if (more > 1) longest = LONGEST_LIST;
    to = Math.max(to, at + more);
    if (to >= links.length) return null;
  }
  return to - from < longest ? { from, to } : null;
}
