import type { Output } from '../terminal.ts';

/** The terminal shows what is between these at once, so that it does not flicker. */
const [BEGIN_UPDATE, END_UPDATE] = ['\x1b[?2026h', '\x1b[?2026l'];
const HOME = '\x1b[H';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
export const HIDE_CURSOR = '\x1b[?25l';
export const SHOW_CURSOR = '\x1b[?25h';

/** As many lines as the terminal has: a longer text would scroll the screen. */
export function fitting(lines: readonly string[], { rows }: Output): string[] {
  return lines.slice(0, (rows ?? Number.POSITIVE_INFINITY) - 1);
}

/** The text that replaces what a screen shows. */
export function screenFrame(lines: readonly string[]): string {
  return frame(HOME, lines);
}

/** Redraws the last lines of the terminal, which keeps what it showed before. */
export class InPlaceRenderer {
  #drawn = 0;
  #lines: readonly string[] = [];

  constructor(private readonly out: Output) {}

  draw(lines: readonly string[]): void {
    const shown = fitting(lines, this.out);
    this.out.write(frame(this.#start(), shown));
    this.#drawn = shown.length;
    this.#lines = lines;
  }

  /** Prints all of the last lines when some had no row: nothing is drawn over them any more, so that they may scroll. */
  finish(): void {
    if (this.#lines.length > this.#drawn) this.out.write(frame(this.#start(), this.#lines));
  }

  /** To the first line of the last frame. */
  #start(): string {
    return this.#drawn === 0 ? '' : `\x1b[${this.#drawn}A`;
  }
}

function frame(start: string, lines: readonly string[]): string {
  return BEGIN_UPDATE + start + lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('') + CLEAR_BELOW + END_UPDATE;
}
