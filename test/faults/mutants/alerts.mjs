import { mutant } from './mutant.mjs';

const EVALUATION = 'src/alerts/evaluation/evaluation.sql.ts';
const PLAN = 'src/core/alert/evaluation-plan.ts';
const STATES = 'src/core/alert/alert-states.ts';
const NOTIFICATIONS = 'src/alerts/notifications/notification.sql.ts';
const CHECK = 'src/alerts/channels/channel-check.ts';
const DTO = 'src/alerts/channels/alert-channel.dto.ts';
const life = 'test/alerts/life-cycle.e2e-spec.ts';
const sending = 'test/alerts/notifications.e2e-spec.ts';
const rules = 'test/alerts/rules.e2e-spec.ts';

export const alerting = [
  mutant(
    'alert: one evaluation in an interval',
    EVALUATION,
    'WHERE e.claimed_at NOT BETWEEN',
    'WHERE true OR e.claimed_at NOT BETWEEN',
    life,
    'once in an interval',
  ),
  mutant(
    'alert: no round of an old claim',
    EVALUATION,
    'WHERE claimed_at = $1::timestamptz FOR UPDATE',
    'WHERE $1::timestamptz IS NOT NULL FOR UPDATE',
    life,
    'has overtaken',
  ),
  mutant(
    'alert: not over an operator',
    EVALUATION,
    'a.version = r.version AND a.status = r."from"',
    'a.status = r."from"',
    life,
    'changed meanwhile',
  ),
  mutant(
    'alert: acts by status',
    'src/alerts/alert.sql.ts',
    'AND status = ANY ($2::text[]) RETURNING',
    'AND $2::text[] IS NOT NULL RETURNING',
    life,
    'pending over firing',
  ),
  mutant('alert: nothing fires after an outage', PLAN, 'settling && !ABOUT_EVALUATION', 'settling && ABOUT_EVALUATION', life, 'outlive'),
  mutant('alert: waits again after an outage', STATES, "if (settling) return 'restart';", '', life, 'begins the waiting'),
  mutant('alert: unread is unchanged', PLAN, 'if (rule.enabled && samples === undefined) return [];', '', rules, 'cannot be read'),
  mutant(
    'alert: default rules once',
    'src/alerts/evaluation/alert-evaluator.ts',
    'filter(({ name }) => !defaultRules.includes(name))',
    'filter(({ name }) => name)',
    life,
    'are created once',
  ),
  mutant(
    'alert: severity of a channel',
    NOTIFICATIONS,
    " AND ${RANK('r.severity')} >= ${RANK('c.min_severity')}",
    '',
    sending,
    'take its severity',
  ),
  mutant(
    'alert: end where the beginning went',
    NOTIFICATIONS,
    "WHERE r.kind <> 'resolved' OR EXISTS",
    'WHERE true OR EXISTS',
    sending,
    'take its severity',
  ),
  mutant('alert: one task for a notification', NOTIFICATIONS, 'FOR UPDATE SKIP LOCKED', '', sending, 'is left to the process'),
  mutant(
    'alert: silence is quiet',
    'src/alerts/evaluation/apply-steps.ts',
    '.filter((alert) => !isQuiet(alert))',
    '',
    sending,
    'during a silence',
  ),
  mutant('alert: password to its server only', CHECK, 'if (moved !== undefined)', "if (moved === 'none')", sending, 'no other server'),
  mutant(
    'alert: no secret in the clear',
    CHECK,
    'if (secretsOverHttp) return;',
    'if (secretsOverHttp !== undefined) return;',
    sending,
    'in_the_clear',
  ),
  mutant(
    'alert: secrets are masked',
    DTO,
    '[name, MASK]',
    '[name, secrets[name as keyof typeof secrets] as string]',
    sending,
    'in no answer',
  ),
  mutant('alert: the mask is no secret', DTO, 'secret === MASK ? undefined : secret', 'secret', sending, 'in no answer'),
  mutant(
    'alert: no private mail server',
    'src/alerts/notifications/email.sender.ts',
    'await this.egress.addressOf(host, port, PORTS, signal)',
    'host',
    sending,
    'private address',
  ),
];
