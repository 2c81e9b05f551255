import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useT } from '../i18n/i18n.tsx';
import { CopyText } from './copy.tsx';
import css from './states.module.css';

/** Before this time a skeleton would only flicker. */
const SKELETON_AFTER_MS = 150;

export function Loading({ rows = 8 }: { rows?: number }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div className={css.skeleton} role="status" aria-label={t.states.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} style={{ inlineSize: `${92 - ((index * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  /** One primary button. */
  action?: ReactNode;
  /** The same on the command line. */
  command?: string;
  /** h1 where nothing else is on the page. */
  heading?: 'h1' | 'h2';
}

/** Nothing there: one sentence, one action, the line for the terminal. */
export function Empty({ title, children, action, command, heading: Heading = 'h2' }: EmptyProps) {
  const t = useT();
  return (
    <div className={css.empty}>
      <Heading>{title}</Heading>
      {children && <p>{children}</p>}
      {action && <p className={css.actions}>{action}</p>}
      {command !== undefined && (
        <p className={css.command}>
          <span>{t.states.commandLine}</span>
          <CopyText text={command} />
        </p>
      )}
    </div>
  );
}

interface TroubleProps {
  error: Error;
  /** Older data is shown below. */
  stale?: boolean;
  onRetry?: () => void;
}

/** A problem in the words of the server, with the id that finds it in the log. */
export function Trouble({ error, stale = false, onRetry }: TroubleProps) {
  const t = useT();
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <div className={css.trouble} role="alert">
      <div>
        <b>{problem ? problem.title || t.states.noAnswer : error.message}</b> {problem?.detail !== problem?.title && problem?.detail}{' '}
        {stale && t.states.stale}
        {problem && problem.traceId !== '' && (
          <p>
            <span className="mono">{problem.code}</span> · {t.states.trace} <CopyText text={problem.traceId} label={t.states.copyTrace} />
          </p>
        )}
      </div>
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          {t.states.retry}
        </Button>
      )}
    </div>
  );
}

export function Forbidden({ permission, roles, role }: { permission: string; roles: readonly string[]; role: string }) {
  const t = useT();
  return (
    <Empty title={t.states.forbidden} heading="h1">
      {t.states.forbiddenHint(permission, roles.join(', '))} {t.states.forbiddenRole(role)}
    </Empty>
  );
}

export function NotFound() {
  const t = useT();
  return (
    <Empty
      title={t.states.notFound}
      heading="h1"
      action={
        <Button component={Link} to="/">
          {t.states.home}
        </Button>
      }
    >
      {t.states.notFoundHint}
    </Empty>
  );
}
