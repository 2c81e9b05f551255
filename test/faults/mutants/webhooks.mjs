import { DELIVERY_SQL, EVENTS_SQL, mutant } from './mutant.mjs';

const SQL = 'src/results/webhooks/webhook.sql.ts';
const HANDLER = 'src/results/webhooks/deliver-event.handler.ts';
const SECRETS = 'src/results/webhooks/webhook-secrets.service.ts';
const SENDER = 'src/results/webhooks/webhook-sender.ts';
const POLICY = 'src/results/webhooks/pause-policy.ts';
const policy = 'src/results/webhooks/pause-policy.spec.ts';
const faults = 'test/results/webhook-faults.int-spec.ts';
const api = 'test/results/webhooks.e2e-spec.ts';

export const webhooks = [
  mutant(
    'webhook: only of its accounts',
    EVENTS_SQL,
    "n.account_ids IS NULL OR e.payload ->> 'accountId'",
    "true OR e.payload ->> 'accountId'",
    api,
    'its types and accounts',
  ),
  mutant('webhook: nothing while paused', DELIVERY_SQL, '  WHERE n.paused_at IS NULL LIMIT', '  LIMIT', faults, 'that is paused keeps'),
  mutant(
    'webhook: open deliveries wait for the end of a pause',
    HANDLER,
    'delivery.paused && (await this.deliveries.returnPaused(key))',
    'delivery.paused',
    faults,
    'comes by itself',
  ),
  mutant(
    'webhook: only the task of the delivery sends',
    DELIVERY_SQL,
    'd.endpoint_id = $2 AND d.task_id = $3`;\n\n/** $1 event, $2 endpoint, $3 task. The',
    'd.endpoint_id = $2 AND $3::uuid IS NOT NULL`;\n\n/** $1 event, $2 endpoint, $3 task. The',
    faults,
    'replaced by another',
  ),
  mutant(
    'webhook: one redelivery',
    DELIVERY_SQL,
    'event_id = $2 AND task_id = $3 RETURNING',
    'event_id = $2 AND $3::uuid IS NOT NULL RETURNING',
    api,
    'once for parallel requests',
  ),
  mutant(
    'webhook: three at once',
    'migrations/1796000000081-webhooks.ts',
    '(limited, 3, app_now())',
    '(limited, 30, app_now())',
    faults,
    'delays no other',
  ),
  mutant(
    'webhook: each repetition has the same id',
    SENDER,
    'signWebhook(delivery.id,',
    'signWebhook(`${delivery.id}.${Math.random()}`,',
    faults,
    'never answers',
  ),
  mutant('webhook: both secrets sign', SENDER, 'return texts.map(', 'return texts.slice(0, 1).map(', api, 'signed with both'),
  mutant(
    'webhook: an expired secret does not sign',
    SQL,
    's.expires_at > app_clock())',
    's.expires_at IS NOT NULL)',
    api,
    'signed with both',
  ),
  mutant(
    'webhook: one rotation at a time',
    SECRETS,
    '      await tx.query(sql.LOCK_WEBHOOK, [webhook.id]);\n',
    '',
    api,
    'rotations at once leave',
  ),
  mutant(
    'webhook: the last secret stays',
    SECRETS,
    'id !== secretId && expiresAt === null',
    'id !== secretId && expiresAt !== undefined',
    api,
    'signed with both',
  ),
  mutant('webhook policy: paused after the whole time', POLICY, '>= afterMs ?', '>= 0 ?', policy, 'pauses an endpoint'),
  mutant('webhook policy: not paused after few failures', POLICY, ' || failures < FAILURES_BEFORE_PAUSE', '', policy, 'pauses an endpoint'),
  mutant('webhook: one pause', SQL, 'WHERE id = $1 AND paused_at IS NULL RETURNING', 'WHERE id = $1 RETURNING', faults, 'comes by itself'),
  mutant(
    'webhook: the address is checked',
    'src/results/webhooks/webhook-address.ts',
    'this.egress.check(url);',
    'new URL(url);',
    api,
    'refused for the address',
  ),
];
