import { Kbd, Modal, Switch } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useT } from '../i18n/i18n.tsx';
import css from './keyboard-help.module.css';
import { PAGES } from './nav.ts';
import { setPreferences, usePreferences } from './preferences.ts';

let opened = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  opened = next;
  for (const listener of listeners) listener();
}

export const keyboardHelp = { open: () => set(true), close: () => set(false) };

export function KeyboardHelp() {
  const t = useT();
  const { shortcuts } = usePreferences();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
  const names = t.keyboard.names;
  const groups: readonly [string, readonly (readonly [string, string])[]][] = [
    [
      t.keyboard.everywhere,
      [
        ['⌘K', names.palette],
        ['?', names.help],
        ['/', names.filter],
        ['g g', t.generate.title],
        ['p', names.pause],
        ['Esc', names.close],
      ],
    ],
    [
      t.keyboard.lists,
      [
        ['j', names.next],
        ['k', names.previous],
        ['x', names.select],
        ['* a', names.all],
      ],
    ],
    [
      t.keyboard.log,
      [
        ['f', names.follow],
        ['[ ]', names.errors],
      ],
    ],
    [
      t.review.title,
      [
        ['a', t.review.approve],
        ['r', t.review.return],
        ['e', t.review.edit],
        ['d', t.review.diff],
        ['s', t.review.skip],
        ['z', t.review.undo],
      ],
    ],
    [t.keyboard.go, PAGES.flatMap(({ key, go }) => (go === undefined ? [] : [[`g ${go}`, t.nav[key]] as const]))],
  ];
  return (
    <Modal
      opened={shown}
      onClose={keyboardHelp.close}
      title={t.keyboard.title}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <Switch
        checked={shortcuts}
        onChange={(event) => setPreferences({ shortcuts: event.currentTarget.checked })}
        label={t.keyboard.enabled}
      />
      <div className={css.groups}>
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, name]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((one, index) => (
                      <Kbd key={index} size="xs">
                        {one}
                      </Kbd>
                    ))}
                  </dt>
                  <dd>{name}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
