import type { ReviewStatus } from '../../api/contents.ts';
import { useT } from '../../i18n/i18n.tsx';
import { type Tone, Word } from '../../ui/word.tsx';

const TONES: Readonly<Record<ReviewStatus, Tone>> = { pending_review: 'running', draft: 'quiet', approved: 'good', rejected: 'bad' };

export function ReviewWord({ status }: { status: ReviewStatus }) {
  const t = useT();
  return <Word tone={TONES[status]}>{t.content.status[status]}</Word>;
}
