import { cutText, piecesOf } from './storable-text.ts';

/** Of one stream of one attempt. What comes after is read, so that its writer is not held up, and counted. */
const MAX_BYTES = 256 * 1024;
const MAX_LINE = 8_000;
/** Two streams leave room for what the handler itself logs: an attempt has 10,000 lines. */
const MAX_LINES = 4_000;

export type OutputLine = (text: string, truncated: boolean) => void;

/** Cuts what a process prints into lines and keeps the first 256 KiB of them, 4,000 at most. */
export class OutputCapture {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private rest = '';
  private bytes = 0;
  private kept = 0;
  private lines = 0;

  constructor(private readonly onLine: OutputLine) {}

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.kept >= MAX_BYTES || this.lines >= MAX_LINES) return;
    const part = chunk.subarray(0, MAX_BYTES - this.kept);
    this.kept += part.length;
    const lines = (this.rest + this.decoder.decode(part, { stream: true })).split(/\r?\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.write(line);
    while (this.rest.length > MAX_LINE) {
      const piece = cutText(this.rest, MAX_LINE);
      this.write(piece);
      this.rest = this.rest.slice(piece.length);
    }
  }

  /** The line without an end, and how much was not kept. */
  end(): void {
    this.write(this.rest + this.decoder.decode());
    this.rest = '';
    if (this.bytes > this.kept || this.lines > MAX_LINES) this.onLine(`the output is truncated: it had ${this.bytes} bytes`, true);
  }

  private write(line: string): void {
    for (const piece of piecesOf(line, MAX_LINE)) {
      this.lines += 1;
      if (this.lines <= MAX_LINES) this.onLine(piece, false);
    }
  }
}
