import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Condition, createRule, metricsQuery, previewQuery } from '../../api/alerts.ts';
import type { CreateRuleBody } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAct } from '../../ui/act.ts';

const COMPARISONS = ['above', 'at_least', 'below', 'at_most'] as const;
const SEVERITIES = ['info', 'warning', 'critical'] as const;

/** How often the condition would have held last week: what a threshold means is seen before it is saved. */
function Preview({ condition }: { condition: Condition }) {
  const t = useT();
  const { data } = useQuery(previewQuery(condition));
  if (!data) return null;
  return <p className="quiet">{data.hasHistory ? t.alerts.wouldHave(data.firings ?? 0) : t.alerts.noHistoryForIt}</p>;
}

export function CreateRule({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const metrics = useQuery({ ...metricsQuery, enabled: opened });
  const [metric, setMetric] = useState<CreateRuleBody['metric']>('failure_rate');
  const [comparison, setComparison] = useState<(typeof COMPARISONS)[number]>('above');
  const [threshold, setThreshold] = useState<number | string>(20);
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>('warning');
  const [seconds, setSeconds] = useState<number | string>(60);
  const condition = { metric, comparison, threshold: Number(threshold) };
  const submit = async (text: (name: string) => string): Promise<void> => {
    const name = text('name');
    const body = { ...condition, name, severity, forSeconds: Number(seconds) };
    if (await act(() => createRule(body), t.alerts.created(name), ['alerts'])) onClose();
  };
  const described = metrics.data?.items.find(({ name }) => name === metric);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t.alerts.create}
      size="lg"
      action={t.actions.create}
      disabled={threshold === ''}
      onSubmit={submit}
    >
      <TextInput name="name" label={t.alerts.name} description={t.schedules.nameHint} required pattern="[a-z0-9\-]+" data-autofocus />
      <Select
        mt="sm"
        label={t.alerts.metric}
        description={described?.description}
        data={metrics.data?.items.map(({ name }) => name) ?? [metric]}
        value={metric}
        onChange={(value) => value && setMetric(value as typeof metric)}
        searchable
        allowDeselect={false}
      />
      <Group grow mt="sm">
        <Select
          label={t.alerts.columns.condition}
          data={COMPARISONS.map((value) => ({ value, label: t.alerts.comparison[value] }))}
          value={comparison}
          onChange={(value) => value && setComparison(value as typeof comparison)}
          allowDeselect={false}
        />
        <NumberInput label={t.alerts.threshold} value={threshold} onChange={setThreshold} hideControls />
        <NumberInput label={t.alerts.seconds} value={seconds} onChange={setSeconds} min={0} hideControls />
        <Select
          label={t.alerts.columns.severity}
          data={SEVERITIES.map((value) => ({ value, label: t.alerts.severity[value] }))}
          value={severity}
          onChange={(value) => value && setSeverity(value as typeof severity)}
          allowDeselect={false}
        />
      </Group>
      {opened && threshold !== '' && <Preview condition={condition} />}
    </FormDialog>
  );
}
