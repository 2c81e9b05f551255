import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { deleteRule, rulesQuery, updateRule } from '../../api/alerts.ts';
import type { AlertRuleView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Word } from '../../ui/word.tsx';
import { Condition, Severity } from './alert-parts.tsx';

export function RuleList() {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const query = useQuery(rulesQuery);
  const names = t.alerts.columns;
  const remove = async (rule: AlertRuleView): Promise<void> => {
    const question = { title: t.alerts.deleteQuestion(rule.name), text: t.alerts.deleteText, action: t.actions.remove, danger: true };
    if (await confirm(question)) await act(() => deleteRule(rule), t.alerts.deleted(rule.name), ['alerts']);
  };
  const toggle = (rule: AlertRuleView): void =>
    void act(() => updateRule(rule, { enabled: !rule.enabled }), t.alerts.changed(rule.name), ['alerts']);
  const columns: Column<AlertRuleView>[] = [
    { key: 'name', title: names.rule, role: 'primary', width: '220px', cell: ({ name }) => <b>{name}</b> },
    { key: 'condition', title: names.condition, cell: (rule) => <Condition rule={rule} /> },
    { key: 'severity', title: names.severity, width: '112px', role: 'aside', cell: ({ severity }) => <Severity severity={severity} /> },
    {
      key: 'enabled',
      title: names.status,
      width: '92px',
      role: 'phone',
      cell: ({ enabled }) => <Word tone={enabled ? 'good' : 'quiet'}>{enabled ? t.alerts.enabled : t.alerts.disabled}</Word>,
    },
    {
      key: 'actions',
      title: '',
      width: '210px',
      end: true,
      role: 'narrow',
      cell: (rule) =>
        can('alerts:edit') && (
          <>
            <Button
              variant="default"
              onClick={() => toggle(rule)}
              aria-label={`${rule.enabled ? t.alerts.disable : t.alerts.enable}: ${rule.name}`}
            >
              {rule.enabled ? t.alerts.disable : t.alerts.enable}
            </Button>{' '}
            <Button variant="subtle" color="gray" onClick={() => void remove(rule)} aria-label={`${t.actions.remove}: ${rule.name}`}>
              {t.actions.remove}…
            </Button>
          </>
        ),
    },
  ];
  return (
    <QueryView query={query}>
      {({ items }) => (
        <DataTable
          label={t.alerts.tabs.rules}
          columns={columns}
          rows={items}
          idOf={({ id }) => id}
          toneOf={({ enabled }) => (enabled ? undefined : 'muted')}
        />
      )}
    </QueryView>
  );
}
