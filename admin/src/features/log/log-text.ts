import type { Line } from '../../live/log-lines.ts';

/** One line each: time, level, message, data. */
export function linesAsText(lines: readonly Line[]): string {
  return lines
    .map(({ at, level, message, data }) =>
      [at, level.toUpperCase().padEnd(5), message, data == null ? '' : JSON.stringify(data)].join(' ').trimEnd(),
    )
    .join('\n');
}

const LINK = /(https?:\/\/[^\s"'<>]+[^\s"'<>.,;:!?)\]])/;

/** The parts of a message; addresses become links. */
export function splitLinks(message: string): { text: string; link: boolean }[] {
  return message
    .split(LINK)
    .map((text, index) => ({ text, link: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
