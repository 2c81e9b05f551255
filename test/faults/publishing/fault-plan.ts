import { seeded } from '../random.ts';

/**
 * What happens to the first publication of an entry. `killed-…`: SIGKILL of the process that makes the call.
 */
export const PUBLISH_FAULTS = {
  'killed-before': 'killed after the intent was stored, before the text was sent',
  'killed-during, never arrived': 'killed while the text was sent; the site never gets it',
  'killed-during, arrived': 'killed while the text was sent; the site gets it at once',
  'killed-during, arrived late': 'killed while the text was sent; the site gets it 222 s later',
  'killed-after': 'killed after the site acted, before its answer arrived',
  'answer lost': 'the site acted, and the connection ended without an answer',
  'answer late': 'the site acted, and answered after 222 s',
} as const;
export type PublishFault = keyof typeof PUBLISH_FAULTS;

/** The times of a run. Real ones would make it last for hours. */
export interface ScaledTimes {
  /** 222 s, the slowest answer that was seen. */
  readonly lateMs: number;
  /** `PUBLISH_SETTLE_AFTER`: 360 s, in whole seconds. */
  readonly settleAfterSeconds: number;
  /** After which an entry is due again when its task is lost: 600 s. */
  readonly taskLostSeconds: number;
}

/** `scale` 10: a tenth of the real times. */
export function scaledTimes(scale: number): ScaledTimes {
  return { lateMs: 222_000 / scale, settleAfterSeconds: Math.ceil(360 / scale), taskLostSeconds: Math.ceil(600 / scale) };
}

export interface PlannedEntry {
  readonly contentId: string;
  readonly entryId: string;
  readonly title: string;
  readonly fault: PublishFault;
}

/** Equal seeds give equal plans. The faults occur equally often, in a random order. */
export function planFaults(crashes: number, seed: number): PlannedEntry[] {
  const random = seeded(seed);
  const faults = Object.keys(PUBLISH_FAULTS) as PublishFault[];
  const planned = Array.from({ length: crashes }, (_, i) => faults[i % faults.length] as PublishFault);
  for (let i = planned.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [planned[i], planned[j]] = [planned[j] as PublishFault, planned[i] as PublishFault];
  }
  return planned.map((fault, i) => ({
    contentId: uuidOf(random),
    entryId: uuidOf(random),
    title: `Tides and currents, part ${i + 1}`,
    fault,
  }));
}

export function uuidOf(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
