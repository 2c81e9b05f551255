import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Channel } from '../../src/channels/channel.ts';
import { FileChannel, type FileChannelConfig } from '../../src/channels/file/file-channel.ts';
import { decodeEntities } from '../../src/core/text/entities.ts';
import { describeChannelContract } from './channel-contract.ts';
import { channelSettings, COVER, PNG, publicationOf, TABLE_BYTES, withTable } from './publications.ts';

const signal = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'contenthub-published-'));
const config: FileChannelConfig = { mode: 'publish', folder: 'sea' };
let channel: Channel<FileChannelConfig>;
beforeAll(() => {
  channel = new FileChannel(channelSettings([], { PUBLISH_DIR: root }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const pageOf = (slug: string): string => readFileSync(join(root, 'sea', slug, 'index.html'), 'utf8');

describeChannelContract(
  'file',
  () => ({
    channel,
    config,
    count: async ({ package: { slug } }) => readdirSync(join(root, 'sea')).filter((name) => name === slug).length,
    titleOf: async ({ package: { slug } }) => decodeEntities(/<h1>(.*?)<\/h1>/s.exec(pageOf(slug))?.[1] ?? '', 'html'),
  }),
  { network: false },
);

describe('FileChannel', () => {
  it('writes page, Markdown with front matter, images and a manifest, and leaves no temporary file', async () => {
    const publication = publicationOf({ cover: COVER });
    const { externalId, externalUrl } = await channel.publish(publication, config, signal);
    const folder = join(root, 'sea', externalId);
    expect(readdirSync(folder).sort()).toEqual(['assets', 'index.html', 'index.md', 'package.json']);
    expect(readFileSync(join(folder, 'assets', 'cover.png')).equals(PNG)).toBe(true);
    expect(readFileSync(new URL(externalUrl ?? ''), 'utf8')).toContain('src="assets/cover.png"');
    const markdown = readFileSync(join(folder, 'index.md'), 'utf8');
    const front = parse(markdown.split('---\n')[1] ?? '') as Record<string, unknown>;
    expect(front).toMatchObject({
      title: publication.package.title,
      tags: ['Tides', '潮汐'],
      AIGC: { Label: '1', ContentProducer: 'Example Press' },
    });
    expect(markdown).toContain(`> ${publication.package.aiLabel.visibleText}`);
  });

  it('writes attached files, and lists them in both texts', async () => {
    const { externalId } = await channel.publish(withTable(), config, signal);
    const folder = join(root, 'sea', externalId);
    expect(readFileSync(join(folder, 'assets', 'table.csv')).equals(TABLE_BYTES)).toBe(true);
    expect(pageOf(externalId)).toContain('<li><a href="assets/table.csv">A &amp; &quot;B&quot; &lt;table&gt;.csv</a> (CSV, 22 B)</li>');
    expect(readFileSync(join(folder, 'index.md'), 'utf8')).toMatch(
      /## Attachments\n\n- \[A & "B" \\<table\\>\.csv\]\(assets\/table\.csv\)\n$/,
    );
  });

  it('counts a text without its manifest as absent, and completes it', async () => {
    const publication = publicationOf();
    const { externalId } = await channel.publish(publication, config, signal);
    rmSync(join(root, 'sea', externalId, 'package.json'));
    expect(await channel.find(publication, config, signal)).toEqual({ state: 'absent' });
    await channel.publish(publication, config, signal);
    expect(await channel.find(publication, config, signal)).toMatchObject({ state: 'found' });
  });

  it('keeps the page of a draft out of the public folder', async () => {
    const publication = publicationOf();
    const { externalId, externalUrl } = await channel.publish(publication, { ...config, mode: 'draft' }, signal);
    expect(externalUrl).toBeNull();
    expect([existsSync(join(root, 'sea', externalId)), existsSync(join(root, 'sea', 'drafts', externalId))]).toEqual([false, true]);
  });

  it.each(['../../etc/cron.d/x', '..', '.', 'a/b', 'a\\b', '', 'x\0.png', 'nul.'])(
    'rejects the name %j and writes nothing',
    async (name) => {
      for (const publication of [publicationOf({ slug: name }), publicationOf({ cover: { ...COVER, name } })]) {
        await expect(channel.publish(publication, config, signal)).rejects.toMatchObject({
          kind: 'not_sent',
          code: 'unsafe_name',
          permanent: true,
        });
      }
    },
  );

  it('rejects a folder that is a link out of PUBLISH_DIR', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'contenthub-outside-'));
    mkdirSync(root, { recursive: true });
    symlinkSync(outside, join(root, 'linked'));
    const linked = { ...config, folder: 'linked' };
    await expect(channel.publish(publicationOf(), linked, signal)).rejects.toMatchObject({ code: 'folder_outside', pointer: '/folder' });
    expect(readdirSync(outside)).toEqual([]);
    expect(await channel.probe(linked, signal)).toMatchObject({
      usable: false,
      problems: [{ pointer: '/folder', code: 'folder_outside' }],
    });
    rmSync(outside, { recursive: true });
  });

  it('reports a folder that cannot be used as not sent, with the error of the system', async () => {
    const inAFile: Channel<FileChannelConfig> = new FileChannel(channelSettings([], { PUBLISH_DIR: new URL(import.meta.url).pathname }));
    await expect(inAFile.publish(publicationOf(), config, signal)).rejects.toMatchObject({
      kind: 'not_sent',
      code: 'write_failed',
      permanent: false,
    });
    expect(await inAFile.probe(config, signal)).toMatchObject({ usable: false, problems: [{ pointer: '/folder', code: 'write_failed' }] });
  });
});
