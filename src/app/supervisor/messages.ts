/** Messages of the application process to its supervisor, over the IPC channel. */
export interface ReadyMessage {
  type: 'ready';
  /** Base address of the API, e.g. "http://127.0.0.1:3000". */
  url: string;
}

export function isReady(message: unknown): message is ReadyMessage {
  const { type, url } = (message ?? {}) as Partial<ReadyMessage>;
  return type === 'ready' && typeof url === 'string';
}
