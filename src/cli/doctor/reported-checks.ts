import type { FullHealthReport } from '../api-types.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** The checks of the server itself. None for a key without the permission, and for an older server. */
export function reportedChecks(report: FullHealthReport | undefined): Check[] {
  return (report?.checks ?? []).map(({ name, status, since, detail, action }) => {
    if (status === 'ok') return ok(name, detail);
    const dated = `${detail}, since ${since}`;
    const hint = action ?? 'look at the log of the server';
    return status === 'down' ? fail(name, dated, hint) : warn(name, dated, hint);
  });
}
