import type { Agent } from '../../api/agents.ts';
import type { AgentView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useLiveAgent } from '../../live/event-stream.ts';
import { Ago } from '../../ui/time.tsx';
import { type Tone, Word } from '../../ui/word.tsx';
import css from './agent-parts.module.css';

const TONES: Record<AgentView['status'], Tone> = { online: 'good', draining: 'quiet', quarantined: 'bad', offline: 'warn' };

export function AgentWord({ status }: Pick<AgentView, 'status'>) {
  const t = useT();
  return <Word tone={TONES[status]}>{t.workers.status[status]}</Word>;
}

export function AgentStatus({ agent }: { agent: Agent }) {
  return <AgentWord status={useLiveAgent(agent).status} />;
}

/** More slots than this are a bar of numbers only. */
const DOTS = 16;

/** One dot for each slot, filled when it is busy. */
export function SlotDots({ agent }: { agent: Agent }) {
  const t = useT();
  const { running, maxConcurrency } = useLiveAgent(agent);
  const shown = Math.min(maxConcurrency, DOTS);
  return (
    <span className={css.slots} role="img" aria-label={t.workers.busy(running, maxConcurrency)}>
      {Array.from({ length: shown }, (_, index) => (
        <i key={index} data-busy={index < running} />
      ))}
      <span className="num quiet">
        {running}/{maxConcurrency}
      </span>
    </span>
  );
}

export function AgentLoad({ agent }: { agent: Agent }) {
  const format = useFormat();
  const { load } = useLiveAgent(agent);
  return load === null ? null : <>{format.percent(load)}</>;
}

export function Heartbeat({ agent }: { agent: Agent }) {
  return <Ago at={useLiveAgent(agent).lastSeenAt} />;
}
