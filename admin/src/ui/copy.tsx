import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useT } from '../i18n/i18n.tsx';
import css from './copy.module.css';

/** A text in one line that a button copies. */
export function CopyText({ text, shown = text, label }: { text: string; shown?: string; label?: string }) {
  const t = useT();
  const name = label ?? `${t.actions.copy} ${shown}`;
  return (
    <span className={css.copy}>
      <span className="mono clip" title={text}>
        {shown}
      </span>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t.actions.copied : t.actions.copy}>
            <ActionIcon size={24} aria-label={name} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} stroke={1.7} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
