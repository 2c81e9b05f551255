import { Button, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BudgetView } from '../../api/schema/types.gen.ts';
import { budgetsQuery, createBudget, deleteBudget } from '../../api/settings.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Meter } from '../../ui/strip.tsx';
import { Moment } from '../../ui/time.tsx';
import css from './settings.module.css';

const MILLION = 1_000_000;
const PERIODS = ['day', 'week', 'month'] as const;

function CreateBudget({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const texts = t.settings.budgets;
  const [amount, setAmount] = useState<number | string>(10);
  const [period, setPeriod] = useState<(typeof PERIODS)[number]>('month');
  const submit = async (text: (name: string) => string): Promise<void> => {
    const name = text('name');
    const currency = text('currency').toUpperCase();
    const body = { name, currency, period, amountMicros: Math.round(Number(amount) * MILLION) };
    if (await act(() => createBudget(body), texts.created(name), ['budgets'])) onClose();
  };
  return (
    <FormDialog opened={opened} onClose={onClose} title={texts.create} action={t.actions.create} disabled={amount === ''} onSubmit={submit}>
      <TextInput name="name" label={texts.name} required maxLength={100} data-autofocus />
      <Group grow mt="sm">
        <NumberInput label={texts.amount} value={amount} onChange={setAmount} min={0} required hideControls />
        <TextInput name="currency" label={texts.currency} defaultValue="CNY" required pattern="[A-Za-z]{3}" maxLength={3} />
        <Select
          label={texts.columns.period}
          data={PERIODS.map((value) => ({ value, label: texts.periods[value] }))}
          value={period}
          onChange={(value) => value && setPeriod(value as typeof period)}
          allowDeselect={false}
        />
      </Group>
    </FormDialog>
  );
}

export function Budgets() {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const act = useAct();
  const texts = t.settings.budgets;
  const query = useQuery(budgetsQuery);
  const [creating, setCreating] = useState(false);
  const money = (micros: number, currency: string): string => format.money(micros / MILLION, currency);
  const remove = async (budget: BudgetView): Promise<void> => {
    const question = { title: texts.deleteQuestion(budget.name), text: texts.deleteText, action: t.actions.remove, danger: true };
    if (await confirm(question)) await act(() => deleteBudget(budget), texts.deleted(budget.name), ['budgets']);
  };
  const columns: Column<BudgetView>[] = [
    { key: 'name', title: texts.columns.name, role: 'primary', cell: ({ name }) => <b>{name}</b> },
    { key: 'period', title: texts.columns.period, width: '90px', role: 'phone', cell: ({ period }) => texts.periods[period] },
    {
      key: 'spent',
      title: texts.columns.spent,
      width: '300px',
      end: true,
      cell: ({ spentMicros, amountMicros, currency, warnPercent }) => {
        const words = texts.spentOf(money(spentMicros, currency), money(amountMicros, currency));
        const alarm = spentMicros * 100 >= amountMicros * warnPercent;
        return (
          <>
            <Meter value={spentMicros} max={amountMicros} label={words} tone={alarm ? 'alarm' : undefined} /> {words}
          </>
        );
      },
    },
    { key: 'until', title: texts.columns.until, width: '130px', end: true, cell: ({ windowEnd }) => <Moment at={windowEnd} /> },
    {
      key: 'remove',
      title: '',
      width: '112px',
      end: true,
      role: 'phone',
      cell: (budget) =>
        can('budgets:set') && (
          <Button variant="subtle" color="gray" aria-label={`${t.actions.remove}: ${budget.name}`} onClick={() => void remove(budget)}>
            {t.actions.remove}…
          </Button>
        ),
    },
  ];
  const create = can('budgets:set') && <Button onClick={() => setCreating(true)}>{texts.create}</Button>;
  return (
    <>
      <div className={css.head}>{(query.data?.items.length ?? 0) > 0 && create}</div>
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={texts.empty} action={create} command="npx contenthub budget create --help">
              {texts.emptyHint}
            </Empty>
          ) : (
            <DataTable label={t.settings.tabs.budgets} columns={columns} rows={items} idOf={({ id }) => id} />
          )
        }
      </QueryView>
      <CreateBudget opened={creating} onClose={() => setCreating(false)} />
    </>
  );
}
