import { createHash } from 'node:crypto';
import type { FileType } from '../core/files/file-type.ts';
import { canonicalJson } from './canonical-json.ts';
import type { AiLabel } from './label/ai-label.ts';

/** An image by reference: the AssetReader of the publication has its bytes. */
export interface PackageImage {
  /** File name without a folder, unique in the package. */
  readonly name: string;
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly sha256: string;
  readonly alt: string;
}

/** A file for readers, by reference. The text may link to it as `assets/<name>`. */
export interface PackageFile {
  /** File name without a folder, unique among the files and images of the package. */
  readonly name: string;
  /** For readers. */
  readonly title: string;
  readonly mediaType: FileType;
  readonly bytes: number;
  readonly sha256: string;
}

/** Everything that a channel publishes of one version of a content. Never changed after it was frozen. */
export interface PublishPackage {
  readonly contentId: string;
  readonly version: number;
  /** Part of addresses. Later versions of a content keep it, so that they replace the page. See slugOf. */
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly bodyMarkdown: string;
  /** Sanitised. */
  readonly bodyHtml: string;
  readonly language: 'zh' | 'en';
  readonly accountId: string;
  readonly accountName: string;
  readonly author: string;
  readonly tags: readonly string[];
  /** Shown in the text as `assets/<name>`. */
  readonly images: readonly PackageImage[];
  /** Absent without files, and in packages that were frozen before there were any. */
  readonly attachments?: readonly PackageFile[];
  readonly cover: PackageImage | null;
  readonly aiLabel: AiLabel;
  readonly reviewedBy: string | null;
  /** ISO time. */
  readonly reviewedAt: string | null;
  /** The person or organisation with editorial responsibility. */
  readonly responsible: string | null;
  /** ISO time of this version. */
  readonly createdAt: string;
}

export interface FrozenPackage {
  readonly package: PublishPackage;
  /** SHA-256 of the canonical JSON of the package, in hex. */
  readonly hash: string;
}

export function freezePackage(content: PublishPackage): FrozenPackage {
  const json = canonicalJson(content);
  return { package: JSON.parse(json) as PublishPackage, hash: createHash('sha256').update(json).digest('hex') };
}

const SLUG_WORDS = 60;

/**
 * The part of the address: words of the title in ASCII, then 8 hex digits of the content id. The last digits are
 * used, because a UUIDv7 begins with its time.
 */
export function slugOf(title: string, contentId: string): string {
  const ascii = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = ascii
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_WORDS)
    .replace(/^-+|-+$/g, '');
  const digits = contentId
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase()
    .slice(-8);
  return words === '' ? `post-${digits}` : `${words}-${digits}`;
}
