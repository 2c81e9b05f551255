import type { DeliveryView, WebhookView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { type Tone, Word } from '../../ui/word.tsx';

const STATUS: Record<WebhookView['status'], Tone> = { active: 'good', failing: 'bad', paused: 'warn', disabled: 'quiet' };
const DELIVERY: Record<DeliveryView['status'], Tone> = {
  pending: 'quiet',
  running: 'running',
  delivered: 'good',
  failed: 'bad',
  cancelled: 'quiet',
};

export function WebhookStatus({ status }: { status: WebhookView['status'] }) {
  const t = useT();
  return <Word tone={STATUS[status]}>{t.webhooks.status[status]}</Word>;
}

export function DeliveryStatus({ status }: { status: DeliveryView['status'] }) {
  const t = useT();
  return <Word tone={DELIVERY[status]}>{t.webhooks.delivery[status]}</Word>;
}
