import type { ReactNode } from 'react';
import css from './lists.module.css';

/** Views, columns and export, at the end of the line of filters. */
export function ListTools({ children }: { children: ReactNode }) {
  return <div className={css.tools}>{children}</div>;
}
