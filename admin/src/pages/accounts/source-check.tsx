import { Button } from '@mantine/core';
import { useState } from 'react';
import { checkSource } from '../../api/accounts.ts';
import type { SourceCheckView, SourceDto } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import css from './account.module.css';

type Result = SourceCheckView | { problem: { detail: string }; usable: false };

/** Reads a source on the server as a creator would, before it is stored. */
export function SourceCheck({ source, disabled }: { source: SourceDto; disabled: boolean }) {
  const t = useT();
  const [isRunning, setRunning] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const check = async (): Promise<void> => {
    setRunning(true);
    const failed = (error: Error): Result => ({ usable: false, problem: { detail: error.message } });
    setResult(await checkSource(source).catch(failed));
    setRunning(false);
  };
  return (
    <div className={css.wide}>
      <Button variant="default" size="compact-xs" loading={isRunning} disabled={disabled} onClick={() => void check()}>
        {t.accounts.checkSource}
      </Button>
      <div role="status">
        {result?.usable === false && (
          <p className={css.problem} lang="en">
            {result.problem?.detail}
          </p>
        )}
        {result?.usable === true && (
          <>
            <p>{t.accounts.sourceFound(result.items, result.words)}</p>
            <ul>
              {result.samples.map(({ title, text, publishedAt }, index) => (
                <li key={`${index} ${title}`}>
                  {title ?? text} {publishedAt !== null && <span className="quiet">{publishedAt}</span>}
                </li>
              ))}
            </ul>
            {result.warnings.map((warning) => (
              <p key={warning} className={css.warn} lang="en">
                {warning}
              </p>
            ))}
          </>
        )}
      </div>
    </div>
  );
}
