import { Tooltip } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useGenerate } from '../features/generate/use-generate.ts';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.tsx';
import css from './generate.module.css';

const GenerateDrawer = lazy(async () => ({ default: (await import('../features/generate/generate-drawer.tsx')).GenerateDrawer }));

/** The drawer of `?generate=1`, over every page. */
export function Generate() {
  const can = useCan();
  const navigate = useNavigate();
  const { generate, topic, account, at } = useSearch({ strict: false });
  if (generate === undefined || !can('content:submit')) return null;
  const close = (): void => {
    void navigate({
      to: '.',
      search: ({ generate: _g, topic: _t, account: _a, at: _at, ...rest }: Record<string, unknown>) => rest,
    } as never);
  };
  return (
    <Suspense>
      <GenerateDrawer topic={topic} account={account} at={at} onClose={close} />
    </Suspense>
  );
}

export function GenerateButton() {
  const t = useT();
  const can = useCan();
  const generate = useGenerate();
  if (!can('content:submit')) return null;
  return (
    <Tooltip label={`${t.generate.title} (g g)`}>
      <button type="button" className={css.button} onClick={() => generate()} aria-label={t.generate.title}>
        <IconSparkles size={16} stroke={1.7} aria-hidden />
        <span>{t.generate.title}</span>
      </button>
    </Tooltip>
  );
}
