import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { ACTS, ALERT_TRANSITIONS, type AlertStatus, nextStep, type Observation, type OpenAlert } from './alert-states.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);
const SEEN: Observation = { met: true, now: NOW, forSeconds: 60, repeatSeconds: 3_600, settling: false };
const PENDING: OpenAlert = { status: 'pending', startedAt: ago(59), silencedUntil: null, notifiedAt: null };
const FIRING: OpenAlert = { ...PENDING, status: 'firing', notifiedAt: ago(3_599) };
const SILENCED: OpenAlert = { ...FIRING, status: 'silenced', silencedUntil: new Date(NOW.getTime() + 1) };

describe('the next step of an alert', () => {
  it.each<[string, OpenAlert | null, Partial<Observation>, string]>([
    ['none without a condition', null, { met: false }, 'none'],
    ['opens and waits', null, {}, 'open_pending'],
    ['fires at once without a waiting time', null, { forSeconds: 0 }, 'open_firing'],
    ['opens nothing while values settle', null, { settling: true }, 'none'],
    ['waits on before its time', PENDING, {}, 'keep'],
    ['fires at its time', { ...PENDING, startedAt: ago(60) }, {}, 'fire'],
    ['waits again while values settle', { ...PENDING, startedAt: ago(60) }, { settling: true }, 'restart'],
    ['withdraws what never fired', PENDING, { met: false }, 'withdraw'],
    ['keeps firing before the reminder', FIRING, {}, 'keep'],
    ['reminds', { ...FIRING, notifiedAt: ago(3_600) }, {}, 'remind'],
    ['does not remind without an interval', { ...FIRING, notifiedAt: ago(9_999) }, { repeatSeconds: 0 }, 'keep'],
    ['resolves', FIRING, { met: false }, 'resolve'],
    ['does not remind of what is acknowledged', { ...FIRING, status: 'acknowledged', notifiedAt: ago(9_999) }, {}, 'keep'],
    ['resolves what is acknowledged', { ...FIRING, status: 'acknowledged' }, { met: false }, 'resolve'],
    ['keeps a silence before its end', SILENCED, {}, 'keep'],
    ['fires at the end of a silence', { ...SILENCED, silencedUntil: NOW }, {}, 'unsilence'],
    ['keeps a silence without an end', { ...SILENCED, silencedUntil: null }, {}, 'keep'],
    ['resolves what is silenced', SILENCED, { met: false }, 'resolve'],
  ])('%s', (_, alert, seen, step) => {
    expect(nextStep(alert, { ...SEEN, ...seen })).toBe(step);
  });

  const TARGET = { open_pending: 'pending', open_firing: 'firing', fire: 'firing', unsilence: 'firing', resolve: 'resolved' } as const;

  it('is an edge of the table of transitions, and settling fires nothing new', () => {
    const alert = fc.record({
      status: fc.constantFrom('pending', 'firing', 'acknowledged', 'silenced'),
      startedAt: fc.nat(200).map(ago),
      silencedUntil: fc.constantFrom(null, NOW, ago(-60)),
      notifiedAt: fc.option(fc.nat(9_000).map(ago)),
    }) as fc.Arbitrary<OpenAlert>;
    const seen = fc.record({
      met: fc.boolean(),
      now: fc.constant(NOW),
      forSeconds: fc.nat(100),
      repeatSeconds: fc.nat(5_000),
      settling: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.option(alert), seen, (open, observation) => {
        const step = nextStep(open, observation);
        const target = TARGET[step as keyof typeof TARGET] as AlertStatus | undefined;
        const isEdge = target === undefined || ALERT_TRANSITIONS[open?.status ?? 'new'].includes(target);
        const isHeld = !observation.settling || !['open_pending', 'open_firing', 'fire'].includes(step);
        const isEnded = observation.met || open === null || ['resolve', 'withdraw'].includes(step);
        expect([isEdge, isHeld, isEnded]).toEqual([true, true, true]);
      }),
    );
  });

  it('the acts of operators are edges of the table', () => {
    for (const { from, to } of Object.values(ACTS)) for (const status of from) expect(ALERT_TRANSITIONS[status]).toContain(to);
  });

  it('the migration has the same table', () => {
    const [, list = ''] =
      /CHECK \(coalesce\(from_status, 'new'\)[^(]*IN \(([^)]*)\)/s.exec(readFileSync('migrations/1796000000080-alerts.ts', 'utf8')) ?? [];
    const edges = Object.entries(ALERT_TRANSITIONS).flatMap(([from, tos]) => tos.map((to) => `${from}>${to}`));
    expect(new Set([...list.matchAll(/'([^']+)'/g)].map(([, edge]) => edge))).toEqual(new Set(edges));
  });
});
