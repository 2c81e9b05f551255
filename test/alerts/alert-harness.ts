import type { AlertDetailView, AlertPage } from '../../src/alerts/alert.dto.ts';
import { AlertEvaluator } from '../../src/alerts/evaluation/alert-evaluator.ts';
import { NotificationDispatcher } from '../../src/alerts/notifications/notification-dispatcher.ts';
import type { AlertRuleView } from '../../src/alerts/rules/alert-rule.dto.ts';
import { type ApplicationOptions, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

/** The loop evaluates once, at the start; tests evaluate the other rounds. */
const SETTINGS = { ALERT_INTERVAL: '3600', QUEUE_SLOTS: 'reports=1' };
/** A task of a queue that is paused: its depth is the metric that tests change. */
const HANDLER = { name: 'report', queue: 'reports', handle: () => Promise.resolve({}) };

export type AlertServer = Awaited<ReturnType<typeof startAlertServer>>;

/** The application with only the rules of the test. */
export async function startAlertServer(options: ApplicationOptions = {}) {
  const server = await startApplication({ ...options, handlers: [HANDLER], settings: { ...SETTINGS, ...options.settings } });
  await waitFor(async () => (await server.sql('SELECT FROM alert_evaluations WHERE evaluated_at IS NOT NULL')).length === 1, {
    what: 'the first evaluation',
  });
  await server.sql('DELETE FROM alert_rules');
  await server.http('POST', '/queues/reports/pause');
  return { ...server, ...actsOf(server) };
}

export function actsOf(server: TestApplication) {
  const evaluator = server.app.get(AlertEvaluator, { strict: false });
  return {
    evaluate: () => evaluator.evaluate(0),
    dispatch: () => server.app.get(NotificationDispatcher, { strict: false }).dispatch(),
    async addRule(changes: Partial<AlertRuleView> = {}): Promise<Wire<AlertRuleView>> {
      const rule = { name: 'deep', metric: 'queue_depth', threshold: 5, forSeconds: 0, ...changes } as object;
      const { status, text, body } = await server.http<Wire<AlertRuleView>>('POST', '/alert-rules', rule);
      if (status !== 201) throw new Error(text);
      return body;
    },
    /** Makes the condition of the rule of `addRule` true: six tasks. Fewer tasks in other queues, such as notifications, do not. */
    async addTasks(): Promise<void> {
      await Promise.all(Array.from({ length: 6 }, () => server.http('POST', '/tasks/report/execute/api', {})));
    },
    async cancelTasks(): Promise<void> {
      await server.http('DELETE', '/tasks/executions/cancel/by-task-names', { taskNames: ['report'] });
    },
    async alerts(query = ''): Promise<Wire<AlertPage>['items']> {
      return (await server.http<Wire<AlertPage>>('GET', `/alerts${query}`)).body.items;
    },
    async alert(id: string): Promise<Wire<AlertDetailView>> {
      return (await server.http<Wire<AlertDetailView>>('GET', `/alerts/${id}`)).body;
    },
    /** The condition holds for so much longer. */
    async age(seconds: number): Promise<void> {
      await server.sql(
        `UPDATE alerts SET started_at = started_at - make_interval(secs => $1), notified_at = notified_at - make_interval(secs => $1)
         WHERE status <> 'resolved'`,
        [seconds],
      );
    },
    async addChannel(channel: object): Promise<string> {
      const { status, text, body } = await server.http<{ id: string }>('POST', '/alert-channels', {
        name: 'ops',
        kind: 'webhook',
        ...channel,
      });
      if (status !== 201) throw new Error(text);
      return body.id;
    },
    async clear(): Promise<void> {
      await server.http('DELETE', '/tasks/executions/cancel/by-task-names', { taskNames: ['report'] });
      for (const table of ['alert_rules', 'alert_channels']) await server.sql(`DELETE FROM ${table}`);
    },
  };
}
