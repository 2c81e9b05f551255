import { cutText, piecesOf } from './storable-text.ts';

/** Limit for each stream of an attempt. Output beyond it is read and counted, so that its writer does not block. */
const MAX_BYTES = 256 * 1024;
const MAX_LINE = 8_000;
/** Two streams leave room for the handler's own log lines: an attempt may have 10,000. */
const MAX_LINES = 4_000;

export type OutputLine = (text: string, truncated: boolean) => void;

/** Splits the output of a process into lines. Keeps the first 256 KiB, at most 4,000 lines. */
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

  /** Emits the last line if it has no line end, and reports how much was dropped. */
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
