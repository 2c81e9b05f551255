import { useT } from '../../i18n/i18n.tsx';
import css from './step-line.module.css';

const STEPS = ['topic', 'outline', 'draft', 'images', 'check', 'package'] as const;

interface Props {
  step: string | null;
  done: boolean;
  failed: boolean;
  progress: number | null;
}

/** The six steps as a line that fills. The step in progress is said in words too. */
export function StepLine({ step, done, failed, progress }: Props) {
  const t = useT();
  const at = done ? STEPS.length : STEPS.findIndex((one) => one === step);
  const percent = done ? 100 : (progress ?? 0);
  return (
    <div
      className={css.line}
      data-failed={failed}
      role="progressbar"
      aria-label={t.generate.progress}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      {STEPS.map((one, index) => (
        <span key={one} data-state={index < at ? 'past' : index === at ? 'now' : 'next'}>
          {t.step[one]}
        </span>
      ))}
    </div>
  );
}
