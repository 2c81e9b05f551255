import { Injectable } from '@nestjs/common';
import { access, constants, mkdir, readFile, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Settings } from '../../platform/config/settings.ts';
import { attachmentMarkdown } from '../attachment-list.ts';
import {
  Channel,
  type ChannelConfig,
  type ChannelDescription,
  type ChannelProbe,
  type FindResult,
  type LabelCheck,
  type Publication,
  type PublishReceipt,
} from '../channel.ts';
import { configSchema, webAddressSchema } from '../channel-config.ts';
import { ChannelError, notSent, rejected } from '../channel-error.ts';
import { findLabelInHtml } from '../label/verify-label.ts';
import { labelledMarkdown } from '../label/label-carriers.ts';
import { renderPackagePage } from '../package-page.ts';
import { PublishChannel } from '../publish-channel.decorator.ts';
import { writeFileDurably } from './write-file-durably.ts';

export interface FileChannelConfig extends ChannelConfig {
  readonly folder: string;
  readonly baseUrl?: string;
}

const ASSETS = 'assets';
/** Written last: all files that it names are complete. */
const MANIFEST = 'package.json';

/**
 * Writes a folder for each content below PUBLISH_DIR: `<folder>/<slug>/index.html`, `index.md`, `assets/` with its images and
 * attachments, and `package.json` last. A draft goes to `<folder>/drafts/<slug>`. Each file is replaced as a whole.
 */
@Injectable()
@PublishChannel('file')
export class FileChannel extends Channel<FileChannelConfig> {
  constructor(private readonly settings: Settings) {
    super();
  }

  override describe(): ChannelDescription {
    return {
      description: 'Writes HTML, Markdown, images and attachments into a folder below PUBLISH_DIR.',
      needsNetwork: false,
      modes: ['draft', 'publish'],
      configSchema: configSchema(
        ['draft', 'publish'],
        {
          folder: {
            type: 'string',
            pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
            description: 'Name of the folder below PUBLISH_DIR: lower-case letters, digits, - and _.',
          },
          baseUrl: webAddressSchema('The address at which a web server shows the folder. Without it, links begin with file:.'),
        },
        ['folder'],
      ),
    };
  }

  override async probe(config: FileChannelConfig): Promise<ChannelProbe> {
    try {
      await this.checkFolder(config);
      return { usable: true, identity: null, problems: [] };
    } catch (error) {
      const { code, message } = failureOf(error);
      return { usable: false, identity: null, problems: [{ pointer: '/folder', code, detail: message }] };
    }
  }

  override async publish(publication: Publication, config: FileChannelConfig): Promise<PublishReceipt> {
    const { package: content, hash, assets } = publication;
    try {
      await this.checkFolder(config);
      const folder = this.folderOf(publication, config);
      const files = [...(content.cover === null ? [] : [content.cover]), ...content.images, ...(content.attachments ?? [])];
      for (const { name, sha256 } of files) await writeFileDurably(join(folder, ASSETS, checkedName(name)), await assets.read(sha256));
      await writeFileDurably(join(folder, 'index.md'), labelledMarkdown(content) + attachmentMarkdown(content, ASSETS));
      await writeFileDurably(join(folder, 'index.html'), renderPackagePage(publication, ASSETS));
      await writeFileDurably(join(folder, MANIFEST), JSON.stringify({ hash, package: content }));
    } catch (error) {
      throw failureOf(error); // the manifest is missing or of an older version, so nothing counts as published
    }
    return { ...this.placeOf(publication, config), warnings: [] };
  }

  override async find(publication: Publication, config: FileChannelConfig): Promise<FindResult> {
    const manifest = await this.read(join(this.folderOf(publication, config), MANIFEST));
    if (manifest === null || hashIn(manifest) !== publication.hash) return { state: 'absent' };
    return { state: 'found', ...this.placeOf(publication, config) };
  }

  override async verifyLabel(publication: Publication, _url: string | null, config: FileChannelConfig): Promise<LabelCheck> {
    const page = await this.read(join(this.folderOf(publication, config), 'index.html'));
    if (page === null) return { state: 'cannot_tell', reason: 'the page does not exist' };
    return findLabelInHtml(page, publication.package.aiLabel);
  }

  /** A link inside of PUBLISH_DIR must not lead out of it. */
  private async checkFolder({ folder }: FileChannelConfig): Promise<void> {
    const root = resolve(this.settings.publishDir);
    await mkdir(join(root, folder), { recursive: true });
    await access(join(root, folder), constants.W_OK);
    const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(join(root, folder))]);
    if (!realFolder.startsWith(realRoot + sep))
      throw rejected('folder_outside', `The folder ${folder} is a link out of PUBLISH_DIR.`, { pointer: '/folder' });
  }

  private folderOf({ package: { slug } }: Publication, { folder, mode }: FileChannelConfig): string {
    const name = checkedName(slug);
    return mode === 'draft' ? join(this.settings.publishDir, folder, 'drafts', name) : join(this.settings.publishDir, folder, name);
  }

  private placeOf(publication: Publication, config: FileChannelConfig): Pick<PublishReceipt, 'outcome' | 'externalId' | 'externalUrl'> {
    const { slug } = publication.package;
    if (config.mode === 'draft') return { outcome: 'draft_created', externalId: slug, externalUrl: null };
    const page = join(resolve(this.folderOf(publication, config)), 'index.html');
    const externalUrl = config.baseUrl === undefined ? pathToFileURL(page).href : `${config.baseUrl.replace(/\/$/, '')}/${slug}/`;
    return { outcome: 'published', externalId: slug, externalUrl };
  }

  private async read(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw failureOf(error);
    }
  }
}

/** Returns the name unchanged if it can only be a file in its folder. @throws {ChannelError} */
function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,199}$/i.test(name) && !name.endsWith('.')) return name;
  throw rejected(
    'unsafe_name',
    `The name ${JSON.stringify(name.slice(0, 80))} cannot be a file name: use ASCII letters, digits, ., _ and -.`,
  );
}

function hashIn(manifest: string): string | null {
  try {
    return (JSON.parse(manifest) as { hash?: string }).hash ?? null;
  } catch {
    return null; // another program changed the manifest
  }
}

/** A full disk or a missing right may be repaired, so these errors are transient. Other errors are thrown again. */
function failureOf(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  return notSent('write_failed', `The folder in PUBLISH_DIR cannot be used (${code}).`, { cause: error });
}
