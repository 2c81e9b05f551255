import { createContext, type ReactNode, use } from 'react';
import { timeZoneOf, usePreferences } from '../app/preferences.ts';
import { en, type Messages } from './en/index.ts';
import { type Format, formatOf } from './format.ts';
import { zh } from './zh/index.ts';

const Context = createContext<Messages>(en);

/** Both languages are in the first load (about 12 kB), so that a switch needs no request. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const { language } = usePreferences();
  return <Context value={language === 'zh' ? zh : en}>{children}</Context>;
}

export const useT = (): Messages => use(Context);

export function useFormat(): Format {
  const preferences = usePreferences();
  return formatOf(preferences.language, timeZoneOf(preferences));
}
