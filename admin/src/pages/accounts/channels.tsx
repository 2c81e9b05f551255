import { Button, JsonInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accountChannelsQuery, createChannel, probeChannel, updateChannel } from '../../api/accounts.ts';
import type { AccountChannelView, ChannelProbeView } from '../../api/schema/types.gen.ts';
import { channelsQuery } from '../../api/settings.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { Part } from '../../ui/page.tsx';
import { parseObject } from '../../ui/parse-object.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Word } from '../../ui/word.tsx';
import css from './account.module.css';

/** The channels of an account, each with a check that publishes nothing. */
export function AccountChannels({ accountId }: { accountId: string }) {
  const t = useT();
  const can = useCan();
  const query = useQuery(accountChannelsQuery(accountId));
  const [adding, setAdding] = useState(false);
  return (
    <Part
      title={t.accounts.channels}
      aside={
        can('accounts:edit') && (
          <Button variant="subtle" size="compact-xs" onClick={() => setAdding(true)}>
            {t.accounts.addChannel}…
          </Button>
        )
      }
    >
      <QueryView query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={css.warn}>{t.accounts.noChannels}</p>
          ) : (
            <ul className={css.channels}>
              {items.map((channel) => (
                <Channel key={channel.id} channel={channel} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {adding && <AddChannel accountId={accountId} onClose={() => setAdding(false)} />}
    </Part>
  );
}

function Channel({ channel }: { channel: AccountChannelView }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const [probe, setProbe] = useState<ChannelProbeView | null>(null);
  const { name, kind, enabled } = channel;
  const check = (): Promise<boolean> => act(async () => setProbe(await probeChannel(channel)), t.accounts.checked(name), []);
  const toggle = (): Promise<boolean> =>
    act(() => updateChannel(channel, { enabled: !enabled }), t.accounts.channelChanged(name), ['accounts']);
  return (
    <li>
      <span>
        <b>{name}</b> <span className="quiet">{kind}</span>
      </span>
      <span>
        {!enabled ? (
          <Word tone="quiet">{t.accounts.disabled}</Word>
        ) : probe === null ? (
          <Word tone="quiet">{t.accounts.notChecked}</Word>
        ) : (
          <Word tone={probe.usable ? 'good' : 'bad'}>
            {probe.usable ? t.accounts.usable : t.accounts.notUsable} {probe.identity}
          </Word>
        )}
      </span>
      {can('accounts:edit') && (
        <span className={css.buttons}>
          <Button variant="default" size="compact-xs" aria-label={`${t.accounts.probe}: ${name}`} onClick={() => void check()}>
            {t.accounts.probe}
          </Button>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`${enabled ? t.accounts.disable : t.accounts.enable}: ${name}`}
            onClick={() => void toggle()}
          >
            {enabled ? t.accounts.disable : t.accounts.enable}
          </Button>
        </span>
      )}
      {probe?.problems.map(({ code, detail }) => (
        <p key={code} className={css.problem}>
          {detail} <span className="mono">{code}</span>
        </p>
      ))}
    </li>
  );
}

function AddChannel({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const kinds = useQuery(channelsQuery);
  const [config, setConfig] = useState('{ "mode": "publish", "folder": "site" }');
  const parsed = parseObject(config);
  const submit = async (text: (name: string) => string): Promise<void> => {
    const body = { name: text('name'), kind: text('kind'), config: parsed ?? {} };
    if (await act(() => createChannel(accountId, body), t.accounts.channelAdded(body.name), ['accounts'])) onClose();
  };
  return (
    <FormDialog onClose={onClose} title={t.accounts.addChannel} action={t.actions.add} disabled={parsed === undefined} onSubmit={submit}>
      <TextInput name="name" label={t.accounts.channelName} required data-autofocus />
      <Select
        mt="sm"
        name="kind"
        label={t.accounts.channelKind}
        data={kinds.data?.items.map(({ kind }) => kind) ?? ['file']}
        defaultValue="file"
        allowDeselect={false}
      />
      <JsonInput
        mt="sm"
        label={t.accounts.channelConfig}
        value={config}
        onChange={setConfig}
        error={parsed === undefined && t.run.notJson}
        autosize
        minRows={3}
      />
    </FormDialog>
  );
}
