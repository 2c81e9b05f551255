import { renderAsync } from '@resvg/resvg-js';
import { fileURLToPath } from 'node:url';

const FAMILY = 'Noto Sans Hans';
/** One weight is used for all text, because each further weight takes 100 ms to load. */
const FONT = fileURLToPath(new URL('../fonts/NotoSansHans-Bold.otf', import.meta.resolve('@embedpdf/fonts-sc')));
/** The renderer reads local files that an image names, so pictures inside of a cover are refused, and entities that could hide one. */
const LOADS_FILES = /<(?:[\w-]+:)?(?:image|feImage)\b|<!(?:DOCTYPE|ENTITY)/i;

/** The cover cannot be drawn. */
export class CoverError extends Error {
  override readonly name = 'CoverError';
}

/**
 * Draws an SVG cover as PNG, in a thread of libuv. The font comes with a package, so the bytes do not depend on the fonts of
 * the machine. A character that the font lacks is a box.
 * @throws {CoverError} for an SVG that is malformed or contains pictures
 */
export async function rasterCover(svg: string): Promise<Buffer> {
  if (LOADS_FILES.test(svg)) throw new CoverError('the cover contains an image element or a DOCTYPE, which could load a file');
  const font = { loadSystemFonts: false, fontFiles: [FONT], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY };
  try {
    return (await renderAsync(svg, { font })).asPng();
  } catch (cause) {
    throw new CoverError('the cover is no well-formed SVG', { cause });
  }
}
