import { createHash, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Publication } from '../../src/channels/channel.ts';
import { createAiLabel } from '../../src/channels/label/ai-label.ts';
import { freezePackage, type PackageFile, type PackageImage, type PublishPackage, slugOf } from '../../src/channels/publish-package.ts';
import { loadSettings, type Settings } from '../../src/platform/config/settings.ts';

/** 1 × 1 pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Ends a CDATA section, rings a bell, and contains markup, an emoji, right-to-left text and a shortcode. */
export const HOSTILE_TITLE = `]]> & <b>"x"</b> \u0007 👩‍🚀 שלום [gallery] 储能`;

export const COVER: PackageImage = {
  name: 'cover.png',
  mediaType: 'image/png',
  sha256: createHash('sha256').update(PNG).digest('hex'),
  alt: 'Cover',
};

/** A table for readers; `withTable` gives its bytes. */
export const TABLE_BYTES = Buffer.from('region,mwh\nOstrava,12\n');
export const TABLE: PackageFile = {
  name: 'table.csv',
  title: 'A & "B" <table>.csv',
  mediaType: 'text/csv',
  bytes: TABLE_BYTES.length,
  sha256: createHash('sha256').update(TABLE_BYTES).digest('hex'),
};

/** A publication with these members and the table as an attachment. */
export function withTable(changes: Partial<PublishPackage> = {}): Publication {
  const publication = publicationOf({ attachments: [TABLE], ...changes });
  return { ...publication, assets: { read: async (sha256) => (sha256 === TABLE.sha256 ? TABLE_BYTES : PNG) } };
}

/** A package of a model's text about tides, with these members. */
export function publicationOf(changes: Partial<PublishPackage> = {}): Publication {
  const contentId = changes.contentId ?? uuidv7();
  const title = changes.title ?? 'Tides and "currents"';
  const language = changes.language ?? 'en';
  const review = { reviewedBy: 'Ann Editor', reviewedAt: '2026-11-28T10:00:00.000Z', responsible: 'Example Press' };
  const model = { model: 'm-1', provider: 'example', generatedAt: '2026-11-28T09:00:00.000Z' };
  const frozen = freezePackage({
    contentId,
    version: 1,
    slug: slugOf(title, contentId),
    title,
    summary: 'Why the sea rises & falls.',
    bodyMarkdown: 'The sea rises[^1].\n\n[^1]: Almanac',
    bodyHtml:
      '<p>The sea "rises"<sup><a href="#note-fn-1" id="note-fnref-1">1</a></sup>,\nthen falls. [gallery]</p>\n<section><ol><li id="note-fn-1">Almanac</li></ol></section>',
    language,
    accountId: randomUUID(),
    accountName: 'Sea Notes',
    author: 'Sea Notes',
    tags: ['Tides', '潮汐'],
    images: [],
    cover: null,
    aiLabel: createAiLabel({ level: 'generated', language, contentId, producer: 'Example Press', ...model, ...review }),
    ...review,
    createdAt: '2026-11-28T09:30:00.000Z',
    ...changes,
  });
  return { ...frozen, assets: { read: async () => PNG } };
}

/** The next version of a publication. */
export function nextVersion({ package: content, assets }: Publication, changes: Partial<PublishPackage>): Publication {
  return { ...freezePackage({ ...content, version: content.version + 1, ...changes }), assets };
}

/** Settings that let requests go to these ports of this machine. */
export function channelSettings(ports: readonly number[], values: Record<string, string> = {}): Settings {
  return loadSettings({ NODE_ENV: 'test', EGRESS_ALLOW_PRIVATE: ports.map((port) => `127.0.0.1:${port}`).join(','), ...values });
}
