import { stat } from 'node:fs/promises';

/** Milliseconds since the epoch; 0 when there is no such file. */
export async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
