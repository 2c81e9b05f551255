import { NumberInput, Select, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createAccount, updateAccount } from '../../api/accounts.ts';
import type { AccountView, CreateAccountBody, ReviewPolicyDto } from '../../api/schema/types.gen.ts';
import { creatorsQuery } from '../../api/settings.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { addDays } from '../../features/pool/days.ts';
import { quotaOf } from '../../features/pool/slots.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAct } from '../../ui/act.ts';
import { slotsOf, timesOf, WEEKDAYS } from './slots-text.ts';

interface Props {
  /** Undefined for a new account. */
  account?: AccountView;
  onClose: () => void;
  onSaved?: (account: AccountView) => void;
}

const MONDAY = '2026-11-30';
const REVIEWS = ['auto', 'threshold', 'manual', 'four_eyes'] as const;

/** A number; null for an empty field. */
const numberOf = (text: string): number | null => (text === '' ? null : Number(text));

/** The members that the form has; the others of voice, review and publishing stay as they are. */
function bodyOf(text: (name: string) => string, slots: { weekday: number; time: string }[], account?: AccountView): CreateAccountBody {
  const [minWords, maxWords, threshold] = ['minWords', 'maxWords', 'threshold'].map((name) => numberOf(text(name)));
  return {
    name: text('name'),
    platform: text('platform'),
    owner: text('owner') || null,
    language: text('language') as 'zh' | 'en',
    timeZone: text('timeZone'),
    creator: text('creator'),
    concurrency: numberOf(text('concurrency')),
    voice: {
      ...account?.voice,
      ...((text('tone') !== '' || account?.voice.tone !== undefined) && { tone: text('tone') }),
      ...(minWords != null && { minWords }),
      ...(maxWords != null && { maxWords }),
    },
    review: { ...account?.review, mode: text('review') as ReviewPolicyDto['mode'], ...(threshold != null && { threshold }) },
    publishing: {
      ...account?.publishing,
      slots,
      dailyQuota: numberOf(text('quota')),
      minGapMinutes: numberOf(text('gap')) ?? 0,
      autoPublish: text('auto') === 'on',
    },
  };
}

/** The main fields of an account. A change is refused when another was made since it was read. */
export function AccountForm({ account, onClose, onSaved }: Props) {
  const t = useT();
  const act = useAct();
  const days = useDayFormat();
  const creators = useQuery(creatorsQuery);
  const [badSlots, setBadSlots] = useState(false);
  const names = t.accounts.fields;
  const submit = async (text: (name: string) => string): Promise<void> => {
    const slots = slotsOf((weekday) => text(`slots${weekday}`));
    setBadSlots(slots === null);
    if (slots === null) return;
    const body = bodyOf(text, slots, account);
    const work = async (): Promise<void> => {
      const saved = await (account ? updateAccount(account, body) : createAccount(body));
      onSaved?.(saved);
    };
    if (await act(work, account ? t.accounts.saved(body.name) : t.accounts.created(body.name), ['accounts'])) onClose();
  };
  const title = account ? t.accounts.editTitle(account.name) : t.accounts.create;
  const zone = account?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const creatorNames = [...new Set([account?.creator ?? 'offline', ...(creators.data?.items.map(({ name }) => name) ?? [])])];
  return (
    <FormDialog onClose={onClose} title={title} size="lg" action={account ? t.actions.save : t.actions.create} onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput name="name" label={names.name} defaultValue={account?.name} required maxLength={100} data-autofocus />
        <TextInput name="platform" label={names.platform} defaultValue={account?.platform ?? 'blog'} required />
        <TextInput name="owner" label={names.owner} defaultValue={account?.owner ?? ''} />
        <TextInput name="timeZone" label={names.timeZone} placeholder={t.accounts.zoneHint} defaultValue={zone} required />
        <Select
          name="language"
          label={names.language}
          data={(['zh', 'en'] as const).map((value) => ({ value, label: t.accounts.languages[value] }))}
          defaultValue={account?.language ?? 'zh'}
          allowDeselect={false}
        />
        <Select
          name="creator"
          label={names.creator}
          data={creatorNames}
          defaultValue={account?.creator ?? 'offline'}
          allowDeselect={false}
        />
        <TextInput name="tone" label={names.tone} defaultValue={account?.voice.tone ?? ''} />
        <NumberInput
          name="concurrency"
          label={names.concurrency}
          placeholder={t.accounts.noLimit}
          min={1}
          defaultValue={account?.concurrency ?? ''}
        />
        <NumberInput name="minWords" label={names.minWords} min={0} max={20_000} defaultValue={account?.voice.minWords ?? ''} />
        <NumberInput name="maxWords" label={names.maxWords} min={50} max={20_000} defaultValue={account?.voice.maxWords ?? ''} />
        <Select
          name="review"
          label={names.review}
          data={REVIEWS.map((value) => ({ value, label: t.accounts.reviews[value] }))}
          defaultValue={account?.review.mode ?? 'auto'}
          allowDeselect={false}
        />
        <NumberInput name="threshold" label={names.threshold} min={0} max={100} defaultValue={account?.review.threshold ?? ''} />
        <NumberInput
          name="quota"
          label={names.quota}
          placeholder={t.accounts.noLimit}
          min={0}
          defaultValue={(account ? quotaOf(account) : 10) ?? ''}
        />
        <NumberInput name="gap" label={names.gap} min={0} max={10_080} defaultValue={account?.publishing.minGapMinutes ?? 0} />
      </SimpleGrid>
      <Switch mt="md" name="auto" label={names.auto} defaultChecked={account?.publishing.autoPublish ?? false} />
      <fieldset style={{ margin: '16px 0 0', padding: 0, border: 0 }}>
        <legend>{t.accounts.slotsTitle}</legend>
        <p className="quiet" style={{ margin: '2px 0 8px' }}>
          {t.accounts.slotsHint}
        </p>
        <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="xs">
          {WEEKDAYS.map((weekday) => (
            <TextInput
              key={weekday}
              size="xs"
              name={`slots${weekday}`}
              label={days.weekday(addDays(MONDAY, weekday - 1))}
              defaultValue={timesOf(account?.publishing.slots, weekday)}
            />
          ))}
        </SimpleGrid>
        {badSlots && <p role="alert">{t.accounts.badSlots}</p>}
      </fieldset>
    </FormDialog>
  );
}
