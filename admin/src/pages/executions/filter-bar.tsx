import { Combobox, useCombobox } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { queuesQuery } from '../../api/queues.ts';
import { tasksQuery } from '../../api/tasks.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { isComposing } from '../../ui/shortcut-keys.ts';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import css from './filter-bar.module.css';
import { type ExecutionsSearch, type Status, STATUSES, tokensOf, windowOf, withoutToken, withToken } from './search.ts';

interface Chip {
  key: string;
  name: string;
  value: string;
  without: ExecutionsSearch;
}

/** Words that are typed or picked become tokens; each token is one condition of the address. */
export function FilterBar({ search, onChange }: { search: ExecutionsSearch; onChange: (next: ExecutionsSearch) => void }) {
  const t = useT();
  const format = useFormat();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const tasks = useQuery(tasksQuery);
  const queues = useQuery(queuesQuery);
  useShortcuts({ '/': () => input.current?.focus() });

  const tokens = tokensOf(search);
  const window = windowOf(search, 0);
  const chips: Chip[] = tokens.map((token) => ({ ...token, without: withoutToken(search, token) }));
  if (window.fixed) {
    const { since: _since, until: _until, ...without } = search;
    chips.push({
      key: 'time',
      name: 'time',
      value: t.executions.window(format.clock(window.from), window.to === 0 ? '…' : format.clock(window.to)),
      without,
    });
  }

  const offers = [
    ...STATUSES.map((value) => ({ value: `status:${value}`, group: t.executions.suggest.status })),
    ...(tasks.data?.items ?? []).map(({ name }) => ({ value: `task:${name}`, group: t.executions.suggest.task })),
    ...(queues.data?.items ?? []).map(({ name }) => ({ value: `queue:${name}`, group: t.executions.suggest.queue })),
  ].filter(({ value }) => value.includes(text.trim().toLowerCase()) && !chips.some(({ key }) => key === value));

  const add = (token: string): void => {
    onChange(withToken(search, token));
    setText('');
  };
  return (
    <Combobox store={combobox} onOptionSubmit={add} position="bottom-start" shadow="none" offset={6}>
      <Combobox.DropdownTarget>
        <div className={css.bar} onClick={() => input.current?.focus()}>
          <IconFilter size={15} stroke={1.7} aria-hidden />
          {chips.map(({ key, name, value, without }) => (
            <span key={key} className={css.chip}>
              <span className={css.name}>{name}</span>
              <span>{value}</span>
              <button type="button" aria-label={t.executions.removeFilter(key)} onClick={() => onChange(without)}>
                <IconX size={12} stroke={2.2} />
              </button>
            </span>
          ))}
          <Combobox.EventsTarget>
            <input
              ref={input}
              value={text}
              aria-label={t.executions.filterLabel}
              placeholder={chips.length === 0 ? t.executions.filter : ''}
              spellCheck={false}
              onChange={(event) => {
                setText(event.currentTarget.value);
                combobox.openDropdown();
                combobox.selectFirstOption();
              }}
              onFocus={() => combobox.openDropdown()}
              onBlur={() => combobox.closeDropdown()}
              onKeyDown={(event) => {
                if (isComposing(event.nativeEvent)) return;
                if (event.key === 'Backspace' && text === '' && chips.length > 0) onChange((chips.at(-1) as Chip).without);
                if (event.key === 'Escape') input.current?.blur();
              }}
            />
          </Combobox.EventsTarget>
          {chips.length > 0 && (
            <button type="button" className={css.clear} onClick={() => onChange({ ...(search.sel !== undefined && { sel: search.sel }) })}>
              {t.executions.clear}
            </button>
          )}
        </div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={offers.length === 0} className={css.dropdown}>
        <Combobox.Options mah={320} style={{ overflowY: 'auto' }} aria-label={t.executions.filterLabel}>
          {[...new Set(offers.map(({ group }) => group))].map((group) => (
            <Combobox.Group key={group} label={group}>
              {offers
                .filter((offer) => offer.group === group)
                .map(({ value }) => (
                  <Combobox.Option key={value} value={value}>
                    <span className={css.offer}>
                      <span className="mono">{value}</span>
                      {value.startsWith('status:') && <StateMark state={value.slice(7) as Status} />}
                    </span>
                  </Combobox.Option>
                ))}
            </Combobox.Group>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
