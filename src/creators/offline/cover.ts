import { coverPattern, type Palette } from './cover-pattern.ts';
import { wrapTitle } from './wrap-title.ts';

export interface CoverInput {
  title: string;
  /** Name of the account, shown above the title. */
  account: string;
  /** ISO date, shown at the bottom; null for none. */
  date: string | null;
}

/**
 * Background, text, and three colours for shapes. Text has a contrast of at least 11 : 1 to the background, the accent
 * at least 4.5 : 1.
 */
const PALETTES: readonly Palette[] = [
  { ground: '#0f2a3d', text: '#f7f3ea', accent: '#f2b544', shapes: ['#f2b544', '#2f7f86', '#e4674b'] },
  { ground: '#1d1f3b', text: '#f6f4ff', accent: '#ffb199', shapes: ['#6c63d9', '#ffb199', '#32386b'] },
  { ground: '#12322b', text: '#f4f7ee', accent: '#d9e26f', shapes: ['#d9e26f', '#2e7d62', '#f08a5d'] },
  { ground: '#381c2b', text: '#fbf1ee', accent: '#f7a072', shapes: ['#b8405e', '#f7a072', '#5e2f4b'] },
  { ground: '#f4efe6', text: '#1f2430', accent: '#a8391f', shapes: ['#c8553d', '#2d5d7b', '#e3b23c'] },
  { ground: '#eaf1f0', text: '#14292e', accent: '#0d6271', shapes: ['#12798a', '#f0a35e', '#96c5c0'] },
];
const FONTS = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Hiragino Sans GB','Microsoft YaHei','Helvetica Neue',Arial,sans-serif";
/** Largest first. The first size at which the title fits into three lines is used. */
const SIZES = [76, 66, 56, 48];
const LINE_WIDTH = 650;
const MAX_LINES = 3;

/** Draws a 1200 × 630 SVG: the title, and a pattern chosen by the hash of the title. Equal input gives equal bytes. */
export function drawCover({ title, account, date }: CoverInput): string {
  const seed = hash(title);
  const palette = PALETTES[seed % PALETTES.length] ?? (PALETTES[0] as Palette);
  const { size, lines } = fit(title);
  const leading = Math.round(size * 1.3);
  const top = Math.round(330 - ((lines.length - 1) * leading) / 2 + size * 0.34);
  const rows = lines.map((line, row) => `<tspan x="72" y="${top + row * leading}">${escapeXml(line)}</tspan>`).join('');
  const [name] = wrapTitle(account, LINE_WIDTH / 28, 1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630" role="img" aria-labelledby="cover-title">`,
    `<title id="cover-title">${escapeXml(title)}</title>`,
    `<rect width="1200" height="630" fill="${palette.ground}"/>`,
    coverPattern(seed, palette),
    `<g font-family="${FONTS}" fill="${palette.text}">`,
    `<rect x="72" y="84" width="44" height="6" rx="3" fill="${palette.accent}"/>`,
    `<text x="72" y="136" font-size="28" font-weight="500" fill="${palette.accent}">${escapeXml(name ?? '')}</text>`,
    `<text font-size="${size}" font-weight="700">${rows}</text>`,
    ...(date === null ? [] : [`<text x="72" y="556" font-size="24" opacity="0.85" letter-spacing="1">${escapeXml(date)}</text>`]),
    '</g></svg>',
  ].join('');
}

function fit(title: string): { size: number; lines: string[] } {
  const size = SIZES.find((each) => wrapTitle(title, LINE_WIDTH / each, MAX_LINES + 1).length <= MAX_LINES) ?? SIZES.at(-1) ?? 48;
  return { size, lines: balanced(title, LINE_WIDTH / size) };
}

/** Narrows the lines while their number and size stay the same, to avoid a last line of one word. */
function balanced(title: string, limit: number): string[] {
  const lines = wrapTitle(title, limit, MAX_LINES);
  if (lines.length < 2 || lines.at(-1)?.endsWith('…')) return lines;
  let best = lines;
  for (let narrower = limit - 0.5; narrower > limit / 2; narrower -= 0.5) {
    const tried = wrapTitle(title, narrower, MAX_LINES + 1);
    if (tried.length > lines.length) break;
    best = tried;
  }
  return best;
}

/** FNV-1a over UTF-16 units, as an unsigned 32-bit number. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** Also removes characters that XML 1.0 cannot contain even when escaped. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
