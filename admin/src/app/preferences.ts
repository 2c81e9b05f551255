import { useSyncExternalStore } from 'react';
import { readerZone } from '../i18n/reader-zone.ts';

export interface Preferences {
  readonly language: 'en' | 'zh';
  readonly scheme: 'light' | 'dark' | 'auto';
  readonly timeZone: 'mine' | 'UTC';
  /** Shortcuts of single letters. They can be switched off (WCAG 2.1.4). */
  readonly shortcuts: boolean;
}

/** Also read by public/before-paint.js. */
const KEY = 'contenthub.preferences';

function defaults(): Preferences {
  return { language: /^zh/i.test(navigator.language) ? 'zh' : 'en', scheme: 'auto', timeZone: 'mine', shortcuts: true };
}

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
  } catch {
    return {};
  }
}

let current: Preferences = { ...defaults(), ...stored() };
const listeners = new Set<() => void>();

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that stores nothing keeps the choice until the page is closed.
  }
  document.documentElement.lang = current.language === 'zh' ? 'zh-CN' : 'en';
  for (const listener of listeners) listener();
}

export const getPreferences = (): Preferences => current;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, getPreferences);

/** The IANA name of the time zone that times are shown in. */
export function timeZoneOf({ timeZone }: Preferences): string {
  return timeZone === 'UTC' ? 'UTC' : readerZone();
}
