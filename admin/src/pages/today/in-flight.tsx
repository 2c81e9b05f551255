import { Link } from '@tanstack/react-router';
import { accountName } from '../../api/accounts.ts';
import type { ContentTask } from '../../api/content-tasks.ts';
import { StepLine } from '../../features/generate/step-line.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useLiveExecution } from '../../live/event-stream.ts';
import { StateMark, stateOf } from '../../ui/state-mark.tsx';
import css from './today-page.module.css';
import type { TodayFacts } from './use-today.ts';

function Writing({ task, account }: { task: ContentTask; account: string }) {
  const t = useT();
  const live = useLiveExecution(task.executionId);
  const isLive = live !== undefined && live.receivedAt >= task.fetchedAt;
  const { status, phase, progress, step } = isLive ? { ...live.data, step: live.data.step ?? task.step } : task;
  return (
    <li>
      <p className={css.writing}>
        <Link to="/executions/$executionId" params={{ executionId: task.executionId }} className="clip">
          {task.topic ?? t.today.noTopic}
        </Link>
        <span className="quiet clip">{account}</span>
        <StateMark state={stateOf(status, phase)} progress={progress} />
      </p>
      <StepLine step={step} done={status === 'completed'} failed={status === 'failed' || status === 'timeout'} progress={progress} />
    </li>
  );
}

/** What is being written, with bars that move. */
export function InFlight({ open, accounts }: Pick<TodayFacts, 'open' | 'accounts'>) {
  const t = useT();
  return (
    <section className={css.strip}>
      <h2>{t.today.inFlight}</h2>
      {open.length === 0 ? (
        <p className="quiet">{t.today.noneInFlight}</p>
      ) : (
        <ul>
          {open.slice(0, 6).map((task) => (
            <Writing key={task.id} task={task} account={accountName(accounts, task.accountId)} />
          ))}
        </ul>
      )}
    </section>
  );
}
