import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountsQuery } from '../../api/accounts.ts';
import type { TopicView } from '../../api/schema/types.gen.ts';
import { generateTopic } from '../../api/topics.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import css from './topic-parts.module.css';

interface Refusal {
  key: string;
  title: string;
  why: string;
}

/** m topics × n accounts: one request each, one after the other, so that what is refused is named and the rest is done. */
export function GenerateMany({ topics, onClose }: { topics: readonly TopicView[]; onClose: () => void }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const accounts = (useQuery(accountsQuery).data ?? []).filter(({ status }) => status === 'active');
  const [chosen, setChosen] = useState<readonly string[]>([...new Set(topics.map(({ accountId }) => accountId))]);
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);
  const total = topics.length * chosen.length;
  const run = async (): Promise<void> => {
    setBusy(true);
    const refused: Refusal[] = [];
    for (const topic of topics) {
      for (const accountId of chosen) {
        await generateTopic(topic, accountId).catch((error: unknown) => {
          refused.push({ key: `${topic.id} ${accountId}`, title: topic.title, why: (error as Error).message });
        });
      }
    }
    setBusy(false);
    notify(t.topics.generated(total - refused.length, total), refused.length > 0);
    await Promise.all(['topics', 'executions'].map((key) => client.invalidateQueries({ queryKey: [key] })));
    if (refused.length === 0) onClose();
    else setRefusals(refused);
  };
  return (
    <Modal opened onClose={onClose} title={t.topics.generateTitle} size="lg" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <p>{t.topics.generateHint(topics.length, chosen.length)}</p>
      <Checkbox.Group label={t.topics.generateFor} value={[...chosen]} onChange={setChosen}>
        <Stack gap={6} mt={6}>
          {accounts.map(({ id, name, creator }) => (
            <Checkbox key={id} value={id} label={`${name} · ${creator}`} />
          ))}
        </Stack>
      </Checkbox.Group>
      {refusals.length > 0 && (
        <ul className={css.results} role="status">
          {refusals.map(({ key, title, why }) => (
            <li key={key}>{t.topics.refused(title, why)}</li>
          ))}
        </ul>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.close}
        </Button>
        <Button loading={busy} disabled={total === 0 || refusals.length > 0} onClick={() => void run()}>
          {t.topics.generateMany(total)}
        </Button>
      </Group>
    </Modal>
  );
}
