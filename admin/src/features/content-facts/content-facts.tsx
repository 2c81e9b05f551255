import { IconAlertTriangle, IconCheck, IconOctagon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { accountsQuery } from '../../api/accounts.ts';
import { contentTaskQuery } from '../../api/content-tasks.ts';
import type { Content } from '../../api/contents.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { Attachments } from './attachments.tsx';
import css from './facts.module.css';
import { methodWords } from './method-words.ts';
import { Notes } from './notes.tsx';

interface Props {
  content: Content;
  /** A source whose sentences shall stand out in the text. */
  onSource: (id: string | null) => void;
}

function Part({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3>
        {title}
        {count !== undefined && <span className="num">{count}</span>}
      </h3>
      {children}
    </section>
  );
}

function Rows({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.rows}>
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Checks({ content }: { content: Content }) {
  const t = useT();
  if (content.checks.length === 0) {
    return (
      <p className={css.clean}>
        <IconCheck size={15} stroke={2} aria-hidden />
        {t.review.clean}
      </p>
    );
  }
  return (
    <ul className={css.checks}>
      {content.checks.map(({ code, severity, detail, points, duplicateOf }, index) => (
        <li key={`${code}-${index}`} data-severity={severity}>
          {severity === 'block' ? (
            <IconOctagon size={15} stroke={1.9} aria-hidden />
          ) : (
            <IconAlertTriangle size={15} stroke={1.9} aria-hidden />
          )}
          <span>
            <b>{t.content.checks[code] ?? code}</b> <span className={css.severity}>{t.content.severity[severity]}</span>
            <span className={css.detail} lang="en">
              {detail}
            </span>
            {duplicateOf?.contentId && (
              <Link to="/contents/$contentId" params={{ contentId: duplicateOf.contentId }}>
                {t.review.thread}
              </Link>
            )}
          </span>
          {points > 0 && <span className="num">{t.review.points(points)}</span>}
        </li>
      ))}
    </ul>
  );
}

function Sources({ content, onSource }: Props) {
  const [pinned, setPinned] = useState<string | null>(null);
  const pin = (id: string): void => {
    const next = pinned === id ? null : id;
    setPinned(next);
    onSource(next);
  };
  return (
    <ul className={css.sources} onMouseLeave={() => onSource(pinned)}>
      {content.sources.map(({ id, title, location }) => (
        <li key={id}>
          <button type="button" aria-pressed={pinned === id} onMouseEnter={() => onSource(id)} onClick={() => pin(id)}>
            <span className="num">{id}</span>
            <span>
              <span className={css.sourceTitle}>{title}</span>
              <span className={`${css.location} clip`}>{location}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What a decision rests on: findings, claims without a source, the brief, the sources, how it was made, and notes. */
export function ContentFacts({ content, onSource }: Props) {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { generationTaskId, provenance, sources, reviewAids, attachments } = content;
  const { data: brief } = useQuery({ ...contentTaskQuery(generationTaskId ?? ''), enabled: generationTaskId !== null });
  const accounts = useQuery(accountsQuery);
  const account = accounts.data?.find(({ id }) => id === content.accountId);
  const names = t.review.fields;
  return (
    <>
      <h2 className="sr">{t.review.showFacts}</h2>
      <Part title={t.review.facts.checks} count={content.checks.length}>
        <Checks content={content} />
      </Part>
      {reviewAids.unsourcedClaims.length > 0 && (
        <Part title={t.review.facts.claims} count={reviewAids.unsourcedClaims.length}>
          <ul className={css.claims}>
            {reviewAids.unsourcedClaims.slice(0, 10).map((claim) => (
              <li key={claim}>{claim}</li>
            ))}
          </ul>
        </Part>
      )}
      {brief && (
        <Part title={t.review.facts.brief}>
          <Rows
            rows={[
              [names.topic, brief.topic],
              [names.keywords, format.list(brief.keywords)],
              [names.tone, brief.tone ?? account?.voice.tone],
              [names.requirements, brief.requirements],
            ]}
          />
        </Part>
      )}
      {sources.length > 0 && (
        <Part title={t.review.facts.sources} count={sources.length}>
          <Sources content={content} onSource={onSource} />
        </Part>
      )}
      {(attachments.length > 0 || can('content:edit')) && (
        <Part title={t.review.facts.files} count={attachments.length}>
          <Attachments content={content} />
        </Part>
      )}
      <Part title={t.review.facts.origin}>
        <Rows
          rows={[
            [names.creator, provenance.creator],
            [
              names.method,
              provenance.method !== undefined && (
                <span key="method" title={provenance.method}>
                  {methodWords(provenance.method, t.methods)}
                </span>
              ),
            ],
            [names.made, format.full(content.createdAt)],
            [names.requestedBy, content.requestedBy.name],
            [names.version, content.version],
            [
              names.task,
              generationTaskId !== null && (
                <Link to="/executions/$executionId" params={{ executionId: generationTaskId }} className="mono">
                  …{generationTaskId.slice(-12)}
                </Link>
              ),
            ],
          ]}
        />
      </Part>
      <Part title={t.review.facts.notes}>
        <Notes id={content.id} />
      </Part>
    </>
  );
}
