import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const MAX_BYTES = 2_000_000;
const CHECK_MS = 60_000;

/**
 * Limits the log to about 2 MB, with one predecessor (`.1`). The server appends to the file itself, because a pipe
 * would block it while this process is busy. It may therefore be truncated at any time.
 */
export function boundLog(file: string): NodeJS.Timeout {
  const cut = () => {
    if (logSize(file) <= MAX_BYTES) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  };
  cut();
  return setInterval(cut, CHECK_MS).unref();
}

export const logSize = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The text since `from` (bytes), at most its last 4,000. */
export function logTail(file: string, from: number): string {
  const size = logSize(file);
  const start = Math.max(from, size - 4000);
  if (size <= start) return '';
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, start)).trim();
  } finally {
    closeSync(handle);
  }
}
