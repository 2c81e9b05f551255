import { type FileType, isImage } from '../../core/files/file-type.ts';

/** A file of a content. Its bytes are stored once, by their SHA-256, with the images of packages. */
export interface Attachment {
  /** In addresses and packages, unique in the content. A text refers to it as `assets/<name>`. */
  readonly name: string;
  /** The name as its editor wrote it, for readers. */
  readonly title: string;
  readonly mediaType: FileType;
  readonly bytes: number;
  readonly sha256: string;
  /** Text of the actor (core/actor/actor.ts). */
  readonly addedBy: string;
  /** ISO time. */
  readonly addedAt: string;
}

/** An image that the text shows; other files are listed below the text. */
export function isShownIn(bodyHtml: string, { name, mediaType }: Attachment): boolean {
  return isImage(mediaType) && bodyHtml.includes(`<img src="assets/${name}"`);
}
