/** One server-sent event with JSON data. */
export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Parses server-sent events. Events that arrive in one chunk are yielded together. An incomplete event at the end is dropped. */
export async function* parseEvents(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    const events = blocks.map(parseBlock).filter((event) => event !== undefined);
    if (events.length > 0) yield events;
  }
}

/** Undefined for a heartbeat and any other block without data. */
function parseBlock(block: string): ServerEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^(\w+):? ?(.*)$/s.exec(line) ?? [];
    fields.set(name, value);
  }
  const data = fields.get('data');
  return data === undefined ? undefined : { event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) };
}
