/** How often in a row a process died soon after its start. */
export interface DeathRecord {
  rapidDeaths: number;
}

export type RestartDecision = { kind: 'restart'; delayMs: number; record: DeathRecord } | { kind: 'give-up'; rapidDeaths: number };

export const NO_DEATHS: DeathRecord = { rapidDeaths: 0 };

const LONG_LIFE_MS = 30_000;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
const MAX_RAPID_DEATHS = 10;

/**
 * A process that lived 30 s resets the record. The restart delay begins at 0.1 s and doubles up to 10 s. The tenth
 * rapid death in a row ends the restarts.
 */
export function afterDeath(record: DeathRecord, livedMs: number): RestartDecision {
  const rapidDeaths = livedMs >= LONG_LIFE_MS ? 0 : record.rapidDeaths + 1;
  if (rapidDeaths >= MAX_RAPID_DEATHS) return { kind: 'give-up', rapidDeaths };
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, rapidDeaths - 1), MAX_DELAY_MS);
  return { kind: 'restart', delayMs, record: { rapidDeaths } };
}
