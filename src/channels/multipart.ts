import { createHash } from 'node:crypto';

/** A multipart/form-data body with one file. The boundary is a hash of the bytes, so it does not occur in them. */
export function multipartFile(
  field: string,
  name: string,
  mediaType: string,
  bytes: Uint8Array,
): { headers: Record<string, string>; body: Uint8Array } {
  const boundary = `contenthub-${createHash('sha256').update(bytes).digest('hex')}`;
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\ncontent-type: ${mediaType}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}

/** A file name in ASCII for a picture of a package, equal for each repetition. */
export function imageFileName(slug: string, { sha256, mediaType }: { sha256: string; mediaType: string }): string {
  return `${slug}-${sha256.slice(0, 8)}.${mediaType.slice('image/'.length).replace('jpeg', 'jpg')}`;
}
