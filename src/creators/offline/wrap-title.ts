const WIDE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303F\uFF00-\uFFEF]|\p{Extended_Pictographic}/u;
/** Punctuation that must not begin a line. It may hang over the end of the line before. */
const HANGS = /^[，。、；：！？）》」』”’…,.;:!?)]+$/u;
const OPENS = /[（《「『“‘(]$/u;
const CJK = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}';
const WIDE_MARKS = '，。、；：！？）》」』”';
/** A number stays with its measure word: 3 份. */
const MEASURED = `\\p{N}{1,20} ?\\p{sc=Han}`;
const RUNS = new RegExp(
  `${MEASURED}|\\s+|[${CJK}]+|[${WIDE_MARKS}]+|[^\\s${CJK}${WIDE_MARKS}]+?(?=${MEASURED}|[\\s${CJK}${WIDE_MARKS}]|$)`,
  'gu',
);
/** In characters: more than any three lines hold. */
const LONGEST = 300;

/** Wraps one line of text into lines of at most `limit` em; the last line ends with an ellipsis when the text does not fit. */
export function wrapTitle(text: string, limit: number, maxLines: number): string[] {
  const lines: string[] = [''];
  for (const piece of pieces(text.trim().slice(0, LONGEST), limit)) {
    const line = lines.at(-1) ?? '';
    const keeps = HANGS.test(piece) && line !== '' ? emWidth(line) <= limit : emWidth(line + piece.trimEnd()) <= limit;
    if (keeps || line === '') lines[lines.length - 1] = line === '' ? piece.trimStart() : line + piece;
    else if (OPENS.test(line)) {
      lines[lines.length - 1] = line.slice(0, -1);
      lines.push(line.slice(-1) + piece.trimStart());
    } else lines.push(piece.trimStart());
  }
  const trimmed = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (trimmed.length <= maxLines) return trimmed;
  const kept = trimmed.slice(0, maxLines);
  kept[maxLines - 1] = withEllipsis(kept[maxLines - 1] ?? '', limit);
  return kept;
}

/** Approximate width in em of a sans-serif font, with an error of about 5 % per line. */
export function emWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (WIDE.test(character)) width += 1;
    else if (/[\p{Lu}mw@%&—…]/u.test(character)) width += 0.72;
    else if (/[\sijl.,:;'’|!()[\]]/u.test(character)) width += 0.31;
    else width += 0.58;
  }
  return width;
}

/** Splits into words (also Chinese ones), so that a line does not end inside a word. Only a word wider than the line is broken. */
function pieces(text: string, limit: number): string[] {
  const words = new Intl.Segmenter('zh', { granularity: 'word' });
  const runs = text.match(RUNS) ?? [];
  const whole = runs.flatMap((run) =>
    WIDE.test(run) && !/^\p{N}/u.test(run) ? Array.from(words.segment(run), ({ segment }) => segment) : [run],
  );
  return whole.flatMap((piece) => {
    if (emWidth(piece) <= limit) return [piece];
    const parts: string[] = [''];
    for (const character of piece) {
      if (emWidth(`${parts.at(-1) ?? ''}${character}`) > limit) parts.push('');
      parts[parts.length - 1] += character;
    }
    return parts;
  });
}

function withEllipsis(line: string, limit: number): string {
  const characters = Array.from(line);
  while (characters.length > 0 && emWidth(`${characters.join('')}…`) > limit) characters.pop();
  const cut = characters.join('');
  const atWord = cut.length < line.length ? cut.replace(/(?<=\s\S*)\s\S*$/u, '') : cut;
  return `${atWord.replace(/[\s，。、；：！？,.;:!?]+$/u, '')}…`;
}
