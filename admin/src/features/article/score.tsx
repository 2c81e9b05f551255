import { useT } from '../../i18n/i18n.tsx';
import css from './score.module.css';

/** Below 90 it has a frame, below 70 a double one. */
const levelOf = (score: number): string => (score >= 90 ? 'good' : score >= 70 ? 'fair' : 'poor');

export function Score({ score }: { score: number | null }) {
  const t = useT();
  if (score === null) {
    return (
      <span className={css.score} data-level="none" title={t.content.noScore}>
        –
      </span>
    );
  }
  return (
    <span className={`${css.score} num`} data-level={levelOf(score)} title={`${t.content.score} ${score}`}>
      {score}
    </span>
  );
}
