import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconClipboardText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { metricsQuery, readyQuery, reportQuery } from '../../api/health.ts';
import type { FullHealthReport, HealthCheckView, HealthReport, MonitorMetricsView } from '../../api/schema/types.gen.ts';
import { usePreferences } from '../../app/preferences.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { CopyText } from '../../ui/copy.tsx';
import { Facts, Page, Part } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Moment } from '../../ui/time.tsx';
import { type Tone, Word } from '../../ui/word.tsx';
import css from './health-page.module.css';
import { reportMarkdown } from './report-markdown.ts';
import { System } from './system.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  up: 'good',
  degraded: 'warn',
  down: 'bad',
  error: 'bad',
  shutting_down: 'warn',
};
const toneOf = (status: string): Tone => TONES[status] ?? 'quiet';

const RANKS: Partial<Record<Tone, number>> = { bad: 0, warn: 1 };
const rankOf = ({ status }: HealthCheckView): number => RANKS[toneOf(status)] ?? 2;
/** What does not work comes first. */
const byTrouble = (a: HealthCheckView, b: HealthCheckView): number => rankOf(a) - rankOf(b);

/** One check: a word, since when, what it says, what to do. */
function Tile({ check: { name, status, since, detail, action } }: { check: HealthCheckView }) {
  const t = useT();
  return (
    <article className={css.tile} data-tone={toneOf(status)}>
      <h2 title={name}>{t.checks[name] ?? name}</h2>
      <p className={css.word}>
        <Word tone={toneOf(status)}>{t.health.status[status] ?? status}</Word>
        <span className="quiet">
          {t.health.since} <Moment at={since} />
        </span>
      </p>
      <p>{detail}</p>
      {action !== null && (
        <p className={css.action}>
          <b>{t.health.next}</b> {action}
        </p>
      )}
    </article>
  );
}

/** Readiness needs no permission, so this part is there when the rest is not. */
function Ready({ report }: { report: HealthReport }) {
  const t = useT();
  return (
    <Part title={t.health.ready}>
      <div className={css.ready}>
        {Object.entries(report.details).map(([name, { status }]) => (
          <span key={name}>
            <Word tone={toneOf(status)}>{name}</Word>
          </span>
        ))}
      </div>
    </Part>
  );
}

function Numbers({ metrics }: { metrics: MonitorMetricsView }) {
  const t = useT();
  const format = useFormat();
  const names = t.health.numbers;
  return (
    <Facts
      facts={[
        [names.ready, format.number(metrics.ready)],
        [names.pending, format.number(metrics.pending)],
        [names.running, format.number(metrics.running)],
        [names.oldest, metrics.oldestWaitingMs === null ? null : format.took(metrics.oldestWaitingMs)],
        [names.workers, format.number(metrics.workersOnline)],
        [names.agents, format.number(metrics.agentsOnline)],
        [names.today, format.number(metrics.today.completed)],
        [names.success, metrics.successRate === null ? null : format.percent(metrics.successRate)],
      ]}
    />
  );
}

/** Copies the report as Markdown. */
function CopyReport({ report }: { report: FullHealthReport }) {
  const t = useT();
  return (
    <CopyButton value={reportMarkdown(report, t)}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          leftSection={copied ? <IconCheck size={14} /> : <IconClipboardText size={14} stroke={1.7} />}
          onClick={copy}
        >
          {copied ? t.actions.copied : t.health.copy}
        </Button>
      )}
    </CopyButton>
  );
}

export function HealthPage() {
  const t = useT();
  const { language } = usePreferences();
  const can = useCan();
  const ready = useQuery(readyQuery);
  const report = useQuery({ ...reportQuery(language), enabled: can('tasks:read') });
  const metrics = useQuery({ ...metricsQuery, enabled: can('tasks:read') });
  const words = { ok: t.health.ok, degraded: t.health.degraded, down: t.health.down };
  return (
    <Page
      title={t.health.title}
      note={report.data && <Word tone={toneOf(report.data.status)}>{words[report.data.status]}</Word>}
      actions={
        <>
          {report.data && <CopyReport report={report.data} />}
          <CopyText text={t.health.commandLine} />
        </>
      }
    >
      {metrics.data && <Numbers metrics={metrics.data} />}
      {report.data || can('tasks:read') ? (
        <QueryView query={report}>
          {({ checks }) => (
            <div className={css.tiles}>
              {checks.toSorted(byTrouble).map((check) => (
                <Tile key={check.name} check={check} />
              ))}
            </div>
          )}
        </QueryView>
      ) : (
        <Part>{t.health.reportForbidden}</Part>
      )}
      <QueryView query={ready} rows={2}>
        {(data) => <Ready report={data} />}
      </QueryView>
      {can('system:read') && <System />}
    </Page>
  );
}
