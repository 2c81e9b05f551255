import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Agent, agentHealthQuery, drainAgent, quarantineAgent, resumeAgent } from '../../api/agents.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { CopyText } from '../../ui/copy.tsx';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { Ago } from '../../ui/time.tsx';
import { Word } from '../../ui/word.tsx';
import { AgentLoad, AgentStatus, Heartbeat, SlotDots } from './agent-parts.tsx';

function Actions({ agent }: { agent: Agent }) {
  const t = useT();
  const act = useAct();
  const [reason, setReason] = useState<string | null>(null);
  const { id, name, status } = agent;
  const quarantine = async (): Promise<void> => {
    if (await act(() => quarantineAgent(id, reason ?? ''), t.workers.quarantined(name), ['agents'])) setReason(null);
  };
  if (status !== 'online') {
    return status === 'offline' ? null : (
      <Button onClick={() => void act(() => resumeAgent(id), t.workers.resumed(name), ['agents'])}>{t.workers.resume}</Button>
    );
  }
  return (
    <>
      <Button variant="default" onClick={() => void act(() => drainAgent(id), t.workers.drained(name), ['agents'])}>
        {t.workers.drain}
      </Button>
      <Button variant="default" onClick={() => setReason('')}>
        {t.workers.quarantine}…
      </Button>
      <Modal
        opened={reason !== null}
        onClose={() => setReason(null)}
        title={t.workers.quarantineQuestion(name)}
        closeButtonProps={{ 'aria-label': t.actions.close }}
      >
        <p>{t.workers.quarantineText}</p>
        <TextInput
          label={t.workers.reason}
          value={reason ?? ''}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={() => setReason(null)}>
            {t.actions.keep}
          </Button>
          <Button disabled={(reason ?? '').trim() === ''} onClick={() => void quarantine()}>
            {t.workers.quarantine}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

export function AgentPanel({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useT();
  const can = useCan();
  const health = useQuery(agentHealthQuery(agent.id));
  const { name, processInfo, capabilities } = agent;
  return (
    <SidePanel
      label={name}
      title={name}
      state={<AgentStatus agent={agent} />}
      actions={can('agents:operate') && <Actions agent={agent} />}
      onClose={onClose}
    >
      <Part>
        <CopyText text={agent.id} />
      </Part>
      <Facts
        facts={[
          [t.workers.columns.slots, <SlotDots key="slots" agent={agent} />],
          [t.workers.columns.heartbeat, <Heartbeat key="seen" agent={agent} />],
          [t.workers.registered, <Ago key="registered" at={agent.registeredAt} />],
          [t.workers.host, processInfo?.host],
          [t.workers.pid, processInfo?.pid],
          [t.workers.columns.version, agent.version],
          [t.workers.columns.load, agent.load === null ? null : <AgentLoad key="load" agent={agent} />],
        ]}
      />
      {health.data && (
        <Part title={t.workers.health}>
          <p>
            <Word tone={health.data.healthy ? 'good' : 'warn'}>{health.data.healthy ? t.workers.healthy : t.workers.unhealthy}</Word>{' '}
            {health.data.reason}
          </p>
          <Facts
            facts={[
              [t.workers.free, health.data.free],
              [t.workers.crashes, health.data.crashes],
            ]}
          />
        </Part>
      )}
      {agent.quarantineReason !== null && <Part title={t.workers.reason}>{agent.quarantineReason}</Part>}
      {processInfo && (
        <Part title={t.workers.queueSlots}>
          <Facts facts={Object.entries(processInfo.slots).map(([queue, slots]) => [queue, String(slots)])} />
        </Part>
      )}
      {capabilities.length > 0 && <Part title={t.workers.columns.capabilities}>{capabilities.join(', ')}</Part>}
    </SidePanel>
  );
}
