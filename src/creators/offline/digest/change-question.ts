import type { CreationLanguage } from '../../creator.ts';
import type { Segmenter } from '../segmenter.ts';

/** A question whether something changes: "Does a four-day week reduce output?", 预约会不会缩短候诊时间？ */
export interface ChangeQuestion {
  /** The words for what changes, folded: "output", 候诊 and 时间. Never empty. */
  measured: readonly string[];
  /** The words of the topic that say how it changes. A source may use any other verb of change. */
  verbs: ReadonlySet<string>;
}

const YES_NO: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /(?:^|[,:;] ?(?:and |or )?)(?:do|does|did|can|could|will|would|has|have|is|are|was|were|should|may|might)\b|\bwhether\b/i,
  zh: /会不会|能不能|能否|会否|可否|是否|是不是|有没有|有无|可不可以|[吗么][？?]?$/u,
};
const COMPARATIVE =
  'more|less|fewer|(?:low|high|long|short|fast|quick|slow|cheap|cold|warm|cool|hott|saf|quiet|loud|bigg|small|larg|strong|weak|hard|clean|dri|wett|earli|lat|heavi|light|easi|healthi|thick|thinn)er|better|worse';
/** A stem of a verb of change with its endings, or a comparison that a verb such as "make" or "lead to" brings. */
const ASKS_CHANGE: Readonly<Record<CreationLanguage, RegExp>> = {
  en: new RegExp(
    `\\b(?:(?:reduc|increas|decreas|rais|improv|declin|sav|halv|doubl|chang|accelerat|shrink|weaken|worsen|strengthen|shorten|lengthen|extend|prolong|lower|boost|delay|slow|grow|drop|fall|ris|widen|narrow|hurt|harm)(?:e|es|ed|s|ing)?|cuts?|speed up)(?![\\w-])|\\b(?:leads? to|means?|brings?|causes?|makes?)\\b(?=[\\w\\s-]{0,40}\\b(?:${COMPARATIVE})\\b)`,
    'gi',
  ),
  zh: /降低|下降|减少|减轻|减缓|增加|增长|提高|提升|上升|缩短|延长|改善|加快|加速|加重|加剧|恶化|好转|扩大|缩小|拉低|拉高|推高|压低|节省|节约|推迟|提前|(?:变|更)[多少快慢好差坏长短大小高低贵]/gu,
};
const IS_COMPARATIVE = new RegExp(`^(?:${COMPARATIVE})$`, 'i');
/** The measured thing ends here: "reduce output by half", "shorten the ride to school". */
const OBJECT_END_EN = /[?,;:.]|\b(?:by|in|at|for|on|with|when|if|during|after|before|than|to|from|among|without|because|and|or)\b/i;
/** They measure anything. They count only when the question has no other word for what changes. */
const VAGUE: ReadonlySet<string> = new Set('number amount rate level share averag total overall 数量 总量 水平 幅度'.split(' '));

/** Words of a change, in both directions, and of its absence. */
const CHANGED: Readonly<Record<CreationLanguage, RegExp>> = {
  en: new RegExp(
    `\\b(?:reduc\\w+|lower\\w*|rais\\w+|increas\\w*|decreas\\w*|declin\\w*|cuts?|cutting|boost\\w*|improv\\w*|worse\\w*|shorten\\w*|lengthen\\w*|slow(?:s|ed|er|ing)?|sped|speed(?:s|ed)? up|fell|falls?|fallen|falling|rose|rises?|risen|rising|drop(?:s|ped|ping)?|grew|grows?|grown|growth|gain(?:s|ed)?|los(?:es?|t|ses|ing)|shr[iau]nk\\w*|halv\\w+|doubl\\w+|tripl\\w+|chang\\w+|unchanged|stay(?:s|ed)|kept|remain(?:s|ed)|recover\\w*|(?:barely|hardly|not) move\\w*|the same|steady|stable|constant|no (?:\\w+ ){0,2}(?:differences?|effects?|impact)|(?:went|go|goes|gone|came|come|comes) (?:up|down)|(?:up|down) (?:by|from|to)|sav(?:es?|ed|ings?)|extend\\w*|delay\\w*|minus|instead of|${COMPARATIVE})\\b`,
    'i',
  ),
  zh: /[下上]降|降[到至低为了]|减[少到至为轻缓了]|增[加至到长为了]|上升|升[到至高为了]|提[高升前]|推迟|缩短|延长|加[快速重剧]|改善|恶化|好转|扩大|缩小|变[得多少快慢好差坏长短大小高低贵为成]|变化|不变|改变|涨|跌|翻了?[一两]番|持平|照旧|高出|[低高多少快慢短长早晚]于|[由从][^，。；]{1,16}[变降升减增缩涨跌][到至为成]?|(?<!除|为)[多少短长快慢高低早晚]了(?!解)|更[多少快慢好差坏长短大小高低贵]|差不多|一样|没有(?:明显|显著)?(?:差别|差异|影响)|仍(?:[为是旧]|然[是为在]|在(?=[\d一二三四五六七八九十百千两几]))|节?省[了下出]/u,
};
const NUMBER =
  /\d|[一二三四五六七八九十百千两几半][\p{sc=Han}]|\b(?:half|twice|third|quarter|two|three|four|five|six|seven|eight|nine|ten)\b/iu;

/** A hope or a plan is no change. */
const IMAGINED: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:would|could|might|hoped?|hoping|expect(?:s|ed)?|plan(?:s|ned)?|wants?|wanted|if you)\b/i,
  zh: /希望|打算|计划|预计|以为|但愿|如果|要是|假如/u,
};
/** "In offices …", 在儿科，… speaks of a part, so that a sentence about the whole goes first. */
const PARTIAL: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^(?:in|at|for|among|on) (?!\d|average\b|total\b|all\b|most\b)/i,
  zh: /^(?:在|对|就)(?!全|所有|[\d一二三四五六七八九十两])[^，。]{1,10}(?:，|来说)/u,
};
/** Of several words for what changes, a source seldom repeats all: 候诊时间 is also 等候的时间. */
const HALF = 0.5;
/** Contrasts the part with another one. */
const CONTRAST = /[;；]|\b(?:while|whereas|but)\b|[而但]/i;
const IMAGINED_SHARE = 0.5;
const PARTIAL_COST = 0.1;

/** The change that a topic asks for; null when it asks for none, or names nothing that could change. */
export function readChangeQuestion(topic: string, language: CreationLanguage, segmenter: Segmenter): ChangeQuestion | null {
  // The last verb is the one that is asked about: 推迟上课会不会降低缺勤率.
  const verb = [...topic.matchAll(ASKS_CHANGE[language])].at(-1);
  if (verb === undefined || !YES_NO[language].test(topic)) return null;
  const [verbText] = verb;
  const after = topic.slice(verb.index + verbText.length);
  const before = topic.slice(0, verb.index);
  const object = language === 'en' ? (after.split(OBJECT_END_EN)[0] ?? '') : afterPossessive(after.split(/[，。；？?]/u)[0] ?? '');
  const keysOf = (text: string): string[] => {
    const keys = segmenter
      .topicWords(text.replace(YES_NO[language], ' '))
      .filter(({ written }) => !IS_COMPARATIVE.test(written))
      .map(({ key }) => key);
    const specific = keys.filter((key) => !VAGUE.has(key));
    return specific.length > 0 ? specific : keys;
  };
  const measured = [object, before].map(keysOf).find((keys) => keys.length > 0);
  if (measured === undefined) return null;
  return { measured, verbs: new Set(segmenter.topicWords(verbText).map(({ key }) => key)) };
}

/** 病人的候诊时间 measures 候诊时间. */
function afterPossessive(object: string): string {
  return object.split('的').at(-1) ?? '';
}

/** From this clarity on, a passage counts as one that gives the change. */
export const GIVES_CHANGE = 0.6;

/**
 * 0–1: how clearly a sentence says that the measured thing changes, in either direction, or does not. `quoted` is the
 * sentence with those that are quoted together with it, and `before` are the sentences before it in its paragraph. Both may name what
 * it measures.
 */
export function changeClarity(
  { sentence, quoted, before }: { sentence: string; quoted: string; before: string },
  { measured }: ChangeQuestion,
  language: CreationLanguage,
  segmenter: Segmenter,
): number {
  if (!CHANGED[language].test(sentence)) return 0;
  const hasNumber = NUMBER.test(sentence);
  const share = (text: string): number => shareOf(measured, text, segmenter);
  const own = share(quoted);
  const clarity =
    own === 1 ? (hasNumber ? 1 : 0.9) : own >= HALF ? (hasNumber ? 0.85 : 0.7) : hasNumber ? (share(before) >= HALF ? 0.65 : 0.3) : 0.1;
  return (
    (clarity - (PARTIAL[language].test(sentence) && !CONTRAST.test(sentence) ? PARTIAL_COST : 0)) *
    (IMAGINED[language].test(sentence) ? IMAGINED_SHARE : 1)
  );
}

function shareOf(measured: readonly string[], text: string, segmenter: Segmenter): number {
  // A Chinese word is found without segmenting, which takes 0.1 ms a sentence.
  const words = measured.every(isHan) ? null : new Set(segmenter.words(text));
  return measured.filter((key) => (isHan(key) ? text.includes(key) : words?.has(key))).length / measured.length;
}

function isHan(key: string): boolean {
  return /\p{sc=Han}/u.test(key);
}
