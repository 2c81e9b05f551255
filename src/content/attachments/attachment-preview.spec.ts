import { describe, expect, it } from '@jest/globals';
import type { Content } from '../contents/content.entity.ts';
import { AttachmentPreview } from './attachment-preview.ts';
import type { AttachmentStore } from './attachment.store.ts';

const MIB = 1024 * 1024;
const store = { read: async (sha256: string) => Buffer.from(sha256) } as unknown as AttachmentStore;

describe('a preview', () => {
  it('leaves out only the pictures that do not fit into 20 MiB', async () => {
    const sizes = { first: 9 * MIB, large: 12 * MIB, last: 11 * MIB };
    const attachments = Object.entries(sizes).map(([name, bytes]) => ({ name, bytes, mediaType: 'image/png', sha256: name }));
    const bodyHtml = Object.keys(sizes)
      .map((name) => `<img src="assets/${name}" alt="">`)
      .join('');
    const page = await new AttachmentPreview(store).bodyOf({ bodyHtml, language: 'en', attachments } as unknown as Content);
    const isInside = (name: string): boolean => page.includes(`data:image/png;base64,${Buffer.from(name).toString('base64')}`);
    expect(Object.keys(sizes).filter(isInside)).toEqual(['first', 'last']);
  });
});
