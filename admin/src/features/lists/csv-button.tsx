import { ActionIcon, Button, Group, Modal, Progress, Tooltip } from '@mantine/core';
import { IconTableExport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import { saveFile } from '../../ui/save-file.ts';
import { csvOf, MOST_ROWS, readAll } from './csv.ts';
import css from './lists.module.css';

interface Props<T> {
  /** Of the file, without its end. */
  name: string;
  head: readonly string[];
  read: Parameters<typeof readAll<T>>[0];
  cellsOf: (row: T) => readonly unknown[];
  /** As far as it is known how many rows there are. */
  total?: number | undefined;
}

/** Exports what the filter shows, not only the rows that were loaded. */
export function CsvButton<T>({ name, head, read, cellsOf, total }: Props<T>) {
  const t = useT();
  const notify = useNotify();
  const work = useRef<AbortController | null>(null);
  const [count, setCount] = useState<number | null>(null);
  const run = async (): Promise<void> => {
    const controller = new AbortController();
    work.current = controller;
    setCount(0);
    try {
      const { rows, isCut } = await readAll(read, { signal: controller.signal, onRead: setCount });
      saveFile(`${name}.csv`, 'text/csv', csvOf(head, rows.map(cellsOf)));
      notify(isCut ? t.lists.csvCut(rows.length) : t.lists.csvDone(rows.length));
    } catch (error) {
      if (!controller.signal.aborted) notify((error as Error).message, true);
    }
    setCount(null);
  };
  const cancel = (): void => work.current?.abort();
  const share = Math.min(100, ((count ?? 0) / Math.min(MOST_ROWS, Math.max(1, total ?? MOST_ROWS))) * 100);
  return (
    <>
      <Tooltip label={t.lists.csv}>
        <ActionIcon aria-label={t.lists.csv} className={css.wide} onClick={() => void run()}>
          <IconTableExport size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Modal opened={count !== null} onClose={cancel} title={t.lists.csvTitle} closeButtonProps={{ 'aria-label': t.actions.close }}>
        <Progress value={share} aria-label={t.lists.csvTitle} transitionDuration={0} />
        <p role="status" className="num">
          {t.lists.csvRead(count ?? 0)}
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {t.actions.cancel}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
