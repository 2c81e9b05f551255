import { addressOf, call, ifMatch } from './client.ts';
import type { ReadVersion } from './contents.ts';
import type { AttachmentView, ContentAttachmentsAddData, ContentAttachmentsRemoveData, ContentView } from './schema/types.gen.ts';

export const attachFile = ({ id, version }: ReadVersion, file: File): Promise<AttachmentView> =>
  call<ContentAttachmentsAddData, AttachmentView>('POST', '/contents/{id}/attachments', {
    path: { id },
    query: { name: file.name },
    headers: ifMatch(version),
    body: file,
  });

export const detachFile = ({ id, version }: ReadVersion, name: string): Promise<ContentView> =>
  call<ContentAttachmentsRemoveData, ContentView>('DELETE', '/contents/{id}/attachments/{name}', {
    path: { id, name },
    headers: ifMatch(version),
  });

export const attachmentAddress = (id: string, name: string): string => addressOf('/contents/{id}/attachments/{name}', { id, name });

/** The HTML of a text with the addresses of its files: `assets/<name>` is meant for packages. */
export const withFileAddresses = (html: string, id: string): string =>
  html.replace(/(<(?:img src|a href)=")assets\/([\w.-]+)"/g, (_, start: string, name: string) => `${start}${attachmentAddress(id, name)}"`);
