import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { cleanFileName, fileTitle } from '../../core/files/file-name.ts';
import { FILE_EXTENSIONS, fileTypeOf } from '../../core/files/file-type.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { Content } from '../contents/content.entity.ts';
import { ContentService } from '../contents/content.service.ts';
import type { Attachment } from './attachment.ts';
import { AttachmentStore } from './attachment.store.ts';

/** Of one file. */
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;
/** Of one content. */
const MAX_ATTACHMENTS = 20;
/** Of all files of one content: channels read them one after the other, and a webhook carries all. */
const MAX_TOTAL_BYTES = 40 * 1024 * 1024;
/** The picture of a package has this name in the same folder. */
const RESERVED = 'cover.png';

export interface NewFile {
  /** As its owner calls it. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Files of contents. A change of them is an edit of the content. */
@Injectable()
export class AttachmentService {
  constructor(
    private readonly contents: ContentService,
    private readonly store: AttachmentStore,
  ) {}

  /** `content` is the version that the editor has read. A file that the content has under this name already changes nothing. */
  async add(content: Content, { name: given, bytes }: NewFile, editor: string): Promise<{ content: Content; added: Attachment }> {
    if (bytes.length === 0) throw rejectedFile('file_empty', 'The file is empty.', 'Send the bytes of the file as the body.');
    if (bytes.length > MAX_ATTACHMENT_BYTES) throw tooLarge();
    const mediaType = fileTypeOf(given, bytes);
    if (mediaType === null) throw notAccepted();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const name = cleanFileName(given, FILE_EXTENSIONS[mediaType], `file-${sha256.slice(0, 8)}`);
    const same = content.attachments.find((attachment) => attachment.name === name);
    if (same?.sha256 === sha256) return { content, added: same };
    if (same !== undefined || name === RESERVED) throw nameTaken(name, same);
    if (content.attachments.length >= MAX_ATTACHMENTS)
      throw rejectedFile('too_many_attachments', `A content has at most ${MAX_ATTACHMENTS} files.`, 'Remove one first.');
    const total = content.attachments.reduce((sum, attachment) => sum + attachment.bytes, bytes.length);
    if (total > MAX_TOTAL_BYTES)
      throw rejectedFile('attachments_too_large', `The files of a content have at most ${MAX_TOTAL_BYTES} bytes.`, 'Remove one first.');
    const title = fileTitle(given) || name;
    const added = { name, title, mediaType, bytes: bytes.length, sha256, addedBy: editor, addedAt: new Date().toISOString() };
    const changes = { attachments: [...content.attachments, added] };
    // With the edit: a rejected upload leaves no bytes.
    const edited = await this.contents.edit(content, changes, editor, (tx) => this.store.save(tx, sha256, bytes));
    return { content: edited, added };
  }

  /** @throws {ProblemError} 404, or 409 `attachment_published`: what was published stays as it is */
  async remove(content: Content, name: string, editor: string): Promise<Content> {
    const { sha256 } = this.find(content, name);
    if (await this.store.isPublished(content.id, sha256)) {
      throw ProblemError.conflict('attachment_published', `The file "${name}" was published with the content, so it cannot be removed.`, {
        detail: 'Add the corrected file under another name, and refer to it in the text.',
      });
    }
    const changes = { attachments: content.attachments.filter((one) => one.name !== name) };
    return this.contents.edit(content, changes, editor, (tx) => this.store.touch(tx, sha256));
  }

  read({ sha256 }: Attachment): Promise<Buffer> {
    return this.store.read(sha256);
  }

  /** @throws {ProblemError} 404 `attachment_not_found` */
  find({ attachments }: Content, name: string): Attachment {
    const file = attachments.find((attachment) => attachment.name === name);
    if (file !== undefined) return file;
    const detail = 'GET /contents/{id}/attachments lists all.';
    throw ProblemError.notFound('attachment_not_found', `The content has no file "${name.slice(0, 100)}".`, { detail });
  }
}

function tooLarge(): ProblemError {
  return ProblemError.tooLarge('body_too_large', `The file is larger than ${MAX_ATTACHMENT_BYTES} bytes.`, {
    detail: 'Send a smaller one.',
  });
}

function rejectedFile(code: string, title: string, detail: string): ProblemError {
  return ProblemError.unprocessable(code, title, { detail });
}

function notAccepted(): ProblemError {
  const detail = 'Send a PNG, JPEG or WebP image, a PDF, or a CSV file in UTF-8 whose name ends in .csv. The bytes decide, not the name.';
  return rejectedFile('unsupported_file_type', 'A file of this type cannot be attached.', detail);
}

function nameTaken(name: string, same: Attachment | undefined): ProblemError {
  const owner = same === undefined ? 'The name is that of the cover.' : 'Another file of the content has it.';
  return ProblemError.conflict('attachment_exists', `The name "${name}" is taken.`, {
    detail: `${owner} Send the file under another name, or remove the other one first.`,
    errors: [{ pointer: '/name', code: 'attachment_exists', detail: owner }],
  });
}
