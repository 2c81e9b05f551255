import { IconPlus } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import type { DragEvent, MouseEvent } from 'react';
import { generateAddress } from '../../features/generate-address.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { EntryState } from '../../features/pool/entry-state.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import type { Item } from './cells.ts';
import css from './item-card.module.css';

interface Props {
  item: Item;
  /** Names the account where a cell holds several. */
  named?: boolean;
  picked?: boolean;
  selected?: boolean;
  tabIndex?: 0 | -1;
  onOpen: (id: string) => void;
  onDrag: (item: Item | null) => void;
}

/** A card of two lines: time and state, then the title. */
export function ItemCard(props: Props) {
  return props.item.entry ? <EntryCard {...props} entry={props.item.entry} /> : <GapCard {...props} />;
}

function EntryCard({ item, entry, named, picked, selected, tabIndex = 0, onOpen, onDrag }: Props & { entry: NonNullable<Item['entry']> }) {
  const can = useCan();
  const movable = entry.status === 'pending' && can('content:publish');
  const start = (event: DragEvent): void => {
    event.dataTransfer.setData('text/plain', item.id);
    event.dataTransfer.effectAllowed = 'move';
    onDrag(item);
  };
  return (
    <button
      type="button"
      className={css.card}
      data-item={item.id}
      data-status={entry.status}
      data-picked={picked}
      data-selected={selected}
      tabIndex={tabIndex}
      draggable={movable}
      onDragStart={start}
      onDragEnd={() => onDrag(null)}
      onClick={() => onOpen(item.id)}
      title={`${entry.title} · ${entry.channelName}`}
    >
      <span className={css.top}>
        <time dateTime={entry.scheduledAt}>{item.time}</time>
        <EntryState entry={entry} short />
      </span>
      <span className={css.title}>
        {named && <span className="quiet">{item.account.name} · </span>}
        {entry.title}
      </span>
    </button>
  );
}

function GapCard({ item, named, tabIndex = 0 }: Props) {
  const t = useT();
  const can = useCan();
  const days = useDayFormat();
  const router = useRouter();
  const label = t.calendar.fill(item.account.name, days.moment(`${item.day}T${item.time}`));
  const address = generateAddress({ account: item.account.id, at: `${item.day}T${item.time}` });
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    router.history.push(address);
  };
  const text = (
    <>
      <time>{item.time}</time>
      {named && <span className={css.name}>{item.account.name}</span>}
    </>
  );
  if (!can('content:submit')) return <span className={css.gap}>{text}</span>;
  return (
    <a href={address} className={css.gap} data-item={item.id} tabIndex={tabIndex} title={label} onClick={open}>
      {text}
      <span className="sr">{label}</span>
      <IconPlus size={13} stroke={1.8} aria-hidden />
    </a>
  );
}
