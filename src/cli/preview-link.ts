import type { ApiClient } from './api-client.ts';
import type { ContentView } from './api-types.ts';

/** A server without PUBLIC_URL may answer with a path, which is relative to the address of the request. */
export function withPreviewLink({ connection }: ApiClient, content: ContentView): ContentView {
  const { previewUrl } = content;
  return previewUrl?.startsWith('/') ? { ...content, previewUrl: `${connection.server.replace(/\/+$/, '')}${previewUrl}` } : content;
}
