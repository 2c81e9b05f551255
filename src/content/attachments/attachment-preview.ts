import { Injectable } from '@nestjs/common';
import { attachmentList } from '../../channels/attachment-list.ts';
import { withAssetAddresses } from '../../channels/asset-addresses.ts';
import type { Content } from '../contents/content.entity.ts';
import { isShownIn } from './attachment.ts';
import { AttachmentStore } from './attachment.store.ts';

/** Pictures beyond this are left out of a preview, which a browser gets as one page. */
const MAX_INLINE_BYTES = 20 * 1024 * 1024;

/** Contents with their files, in a page that loads nothing. */
@Injectable()
export class AttachmentPreview {
  constructor(private readonly store: AttachmentStore) {}

  /** The body with its pictures inside, and a list of the other files below it. */
  async bodyOf({ bodyHtml, language, attachments }: Content): Promise<string> {
    if (attachments.length === 0) return bodyHtml;
    const shown = attachments.filter((file) => isShownIn(bodyHtml, file));
    const addresses = new Map<string, string>();
    let left = MAX_INLINE_BYTES;
    for (const { name, mediaType, sha256, bytes } of shown) {
      if (bytes > left) continue; // a smaller one may still fit
      left -= bytes;
      addresses.set(name, `data:${mediaType};base64,${(await this.store.read(sha256)).toString('base64')}`);
    }
    const listed = attachments.filter((file) => !shown.includes(file));
    return withAssetAddresses(bodyHtml, addresses) + attachmentList({ language, attachments: listed }, () => undefined);
  }
}
