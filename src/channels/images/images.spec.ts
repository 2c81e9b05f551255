import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { decodeEntities } from '../../core/text/entities.ts';
import { createAiLabel } from '../label/ai-label.ts';
import { AIGC_NAMESPACE } from '../label/label-carriers.ts';
import { labelImage } from './label-image.ts';
import { CoverError, rasterCover } from './raster-cover.ts';

const svg = (text: string, more = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630"><rect width="1200" height="630" fill="#0f2a3d"/><g font-family="'Noto Sans CJK SC','Helvetica Neue',Arial,sans-serif" fill="#fff"><text x="72" y="300" font-size="66" font-weight="700">${text}</text></g>${more}</svg>`;

/** The share of pixels in this rectangle that are not of the ground. */
async function inked(png: Buffer, left: number, width: number): Promise<number> {
  const { data } = await sharp(png).extract({ left, top: 240, width, height: 80 }).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data.filter((value) => value > 128).length / data.length;
}

describe('rasterCover', () => {
  it('draws Latin and Chinese without a font of the machine, always the same', async () => {
    const png = await rasterCover(svg('储能成本 Energy'));
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 1200, height: 630 });
    expect(await inked(png, 72, 264)).toBeGreaterThan(0.15); // four Chinese characters
    expect(await inked(png, 360, 200)).toBeGreaterThan(0.1);
    expect(await inked(png, 900, 200)).toBe(0);
    expect((await rasterCover(svg('储能成本 Energy'))).equals(png)).toBe(true);
    expect((await rasterCover(svg('储能成木 Energy'))).equals(png)).toBe(false); // characters, not boxes
  });

  it.each([
    ['a picture by a path', svg('x', '<image width="9" height="9" href="/etc/hostname.png"/>')],
    ['a picture with a prefix', svg('x', '<s:image xmlns:s="http://www.w3.org/2000/svg" width="9" height="9" href="a.png"/>')],
    ['a filter picture', svg('x', '<filter id="f"><feImage href="a.png"/></filter>')],
    ['an entity', `<!DOCTYPE svg [<!ENTITY i "<image href='a.png'/>">]>${svg('x', '&i;')}`],
    ['no SVG', '<svg'],
    ['text', 'hello'],
  ])('rejects %s', async (_, text) => {
    await expect(rasterCover(text)).rejects.toBeInstanceOf(CoverError);
  });
});

describe('labelImage', () => {
  const aigc = createAiLabel({
    level: 'generated',
    language: 'zh',
    contentId: 'c-1',
    producer: 'Press & "Söhne" 出版社',
    model: null,
    provider: null,
    generatedAt: null,
    reviewedBy: null,
    reviewedAt: null,
    responsible: null,
  }).aigc;

  it.each(['png', 'jpeg', 'webp'] as const)('writes the metadata into %s, and the picture stays', async (format) => {
    const image = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
      .toFormat(format)
      .toBuffer();
    if (aigc === null) throw new Error('the label has no metadata');
    const { xmp, ...metadata } = await sharp(await labelImage(image, aigc)).metadata();
    expect(metadata).toMatchObject({ format, width: 40, height: 20 });
    const text = Buffer.from(xmp ?? []).toString('utf8');
    expect(text).toContain(`xmlns:TC260="${AIGC_NAMESPACE}"`);
    expect(JSON.parse(decodeEntities(/<TC260:AIGC>(.*?)<\/TC260:AIGC>/s.exec(text)?.[1] ?? ''))).toEqual(aigc);
  });
});
