import { Button, Menu } from '@mantine/core';
import { IconBookmark, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { createView, deleteView, replaceView, type SavedView, viewsQuery } from '../../api/views.ts';
import { parseSearch } from '../../app/search-params.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { useListChoice } from './list-choices.ts';
import css from './lists.module.css';
import { ViewDialog, type ViewNames } from './view-dialog.tsx';
import { readViewQuery, viewQueryOf } from './view-query.ts';

/** Filters of a page under names. The address has the filter and the id of its view, so that a link shows the same. */
export function SavedViews({ page }: { page: string }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const navigate = useNavigate();
  const [choice, choose] = useListChoice(page);
  const address = useRouterState({ select: ({ location }) => location.searchStr });
  const { data } = useQuery(viewsQuery(page));
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null);
  const views = data?.items ?? [];
  const current = views.find(({ id }) => id === new URLSearchParams(address).get('view'));
  const query = viewQueryOf(address, choice.columns);

  const apply = (view: SavedView, replace = false): void => {
    const { search, columns } = readViewQuery(view.query);
    choose({ columns });
    void navigate({ to: '.', search: { ...parseSearch(search), view: view.id }, replace } as never);
  };
  const opened = useRef(false);
  useEffect(() => {
    if (data === undefined || opened.current) return;
    opened.current = true;
    const view = data.items.find(({ id }) => id === choice.defaultView);
    // An address that says what to show is obeyed.
    if (view && new URLSearchParams(address).size === 0) apply(view, true);
  });

  const saved = (name: string): string => t.lists.viewSaved(name);
  const save = async (names: ViewNames): Promise<void> => {
    let view: SavedView | undefined;
    const work = async (): Promise<void> => {
      view = await (naming === 'rename' && current
        ? replaceView(current.id, { page, query: current.query, ...names })
        : createView({ page, query, ...names }));
    };
    if (!(await act(work, saved(names.name), ['views']))) return;
    setNaming(null);
    if (view && naming === 'new') apply(view);
  };
  const remove = async (view: SavedView): Promise<void> => {
    const question = { title: t.lists.deleteQuestion(view.name), text: t.lists.deleteText, action: t.actions.remove, danger: true };
    if (!(await confirm(question))) return;
    if (!(await act(() => deleteView(view.id), t.lists.viewDeleted(view.name), ['views']))) return;
    if (choice.defaultView === view.id) choose({ defaultView: undefined });
    void navigate({ to: '.', search: parseSearch(viewQueryOf(address)) } as never);
  };
  const isDefault = current !== undefined && current.id === choice.defaultView;
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={14} stroke={1.7} aria-hidden />}>
            <span className={css.current}>{current?.name ?? t.lists.views}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && <Menu.Label>{t.lists.noView}</Menu.Label>}
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              onClick={() => apply(view)}
              leftSection={view === current ? <IconCheck size={14} stroke={2} aria-hidden /> : <span className={css.noMark} />}
              rightSection={<span className="quiet">{asideOf(view)}</span>}
            >
              {view.name}
            </Menu.Item>
          ))}
          {can('views:edit') && (
            <>
              <Menu.Divider />
              <Menu.Item onClick={() => setNaming('new')}>{t.lists.saveView}</Menu.Item>
            </>
          )}
          {current && (
            <>
              <Menu.Divider />
              <Menu.Label>{current.name}</Menu.Label>
              <Menu.Item onClick={() => choose({ defaultView: isDefault ? undefined : current.id })}>
                {isDefault ? t.lists.noDefault : t.lists.makeDefault}
              </Menu.Item>
              {current.own && can('views:edit') && (
                <>
                  {query !== current.query && (
                    <Menu.Item
                      onClick={() => {
                        const { name, shared } = current;
                        void act(() => replaceView(current.id, { page, name, shared, query }), saved(name), ['views']);
                      }}
                    >
                      {t.lists.replace}
                    </Menu.Item>
                  )}
                  <Menu.Item onClick={() => setNaming('rename')}>{t.lists.rename}</Menu.Item>
                  <Menu.Item onClick={() => void remove(current)}>{t.actions.remove}…</Menu.Item>
                </>
              )}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {naming !== null && (
        <ViewDialog
          title={naming === 'new' ? t.lists.saveTitle : t.lists.renameTitle}
          start={naming === 'rename' ? current : undefined}
          onSave={(names) => void save(names)}
          onClose={() => setNaming(null)}
        />
      )}
    </>
  );

  function asideOf(view: SavedView): string {
    if (view.id === choice.defaultView) return t.lists.isDefault;
    return view.own ? '' : t.lists.ofOther(view.owner.name ?? view.owner.id);
  }
}
