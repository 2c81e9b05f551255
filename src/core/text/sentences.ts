const OPENERS = '“「『《（(';
const CLOSERS = '”」』》）)';
const TRAILERS = '”’」』）)"\'】';
const ALWAYS_ENDS = '。！？';
const MAY_END = '.!?…';
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof sr jr st vs etc no fig al approx inc ltd co corp dept est vol ed eds cf e.g i.e a.m p.m u.s u.k jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);
/**
 * After this many characters an open quotation or bracket is assumed to be unclosed, and sentence ends inside it count
 * again.
 */
const LONGEST_ASIDE = 300;

/**
 * Splits one paragraph of plain text into sentences, each a trimmed substring of the input. Quotations and brackets
 * are kept whole. Abbreviations, initials, decimals and numbered items do not end a sentence.
 */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  let asideAt = -1;
  let depth = 0;
  const close = (end: number): void => {
    const sentence = paragraph.slice(start, end).trim();
    if (sentence !== '') sentences.push(sentence);
    start = end;
    depth = 0;
  };
  for (let i = 0; i < paragraph.length; i += 1) {
    const character = paragraph.charAt(i);
    if (OPENERS.includes(character)) {
      if (depth === 0) asideAt = i;
      depth += 1;
    } else if (CLOSERS.includes(character)) {
      depth = Math.max(0, depth - 1);
    }
    if (!ALWAYS_ENDS.includes(character) && !MAY_END.includes(character)) continue;
    let end = i + 1;
    while (end < paragraph.length && (ALWAYS_ENDS + MAY_END).includes(paragraph.charAt(end))) end += 1;
    const last = end;
    while (end < paragraph.length && TRAILERS.includes(paragraph.charAt(end))) {
      if (CLOSERS.includes(paragraph.charAt(end))) depth = Math.max(0, depth - 1);
      end += 1;
    }
    const insideAside = depth > 0 && i - asideAt < LONGEST_ASIDE;
    if (!insideAside && endsSentence(paragraph, start, i, last, end)) close(end);
    i = end - 1;
  }
  close(paragraph.length);
  return sentences;
}

function endsSentence(text: string, start: number, mark: number, last: number, end: number): boolean {
  const next = text.charAt(end);
  if (next === '') return true;
  const closedBy = text.slice(mark, last);
  if (/[。！？]/u.test(closedBy)) {
    return !/[，、；：]/u.test(next); // the sentence of “真的吗？”，他问 continues
  }
  if (/\p{sc=Han}/u.test(next)) return !closedBy.includes('.') && !closedBy.startsWith('…');
  if (!/\s/u.test(next)) return false;
  const following = text.slice(end, end + 8).trimStart();
  if (/^\p{Ll}/u.test(following)) return false;
  if (closedBy !== '.') return true;
  const word = /[^\s([“"]+$/u.exec(text.slice(Math.max(start, mark - 24), mark))?.[0] ?? '';
  if (/^\p{Lu}$/u.test(word) || ABBREVIATIONS.has(word.toLowerCase())) return false;
  const isItemNumber = /^\d{1,3}$/.test(word) && text.slice(start, mark).trim() === word;
  return !isItemNumber;
}
