import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alert rules, the alerts that they open, the channels that get notifications, and the notifications. */
export class Alerts1796000000080 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE alert_rules (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        -- a name of core/alert/metric-catalogue.ts
        metric text NOT NULL,
        comparison text NOT NULL CHECK (comparison IN ('above', 'at_least', 'below', 'at_most')),
        threshold double precision NOT NULL,
        for_seconds integer NOT NULL CHECK (for_seconds >= 0),
        severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
        -- {"team": "content"}: sent with each notification
        labels jsonb NOT NULL DEFAULT '{}',
        -- 0: one notification only
        repeat_seconds integer NOT NULL CHECK (repeat_seconds >= 0),
        enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock()
      );

      CREATE TABLE alerts (
        id uuid PRIMARY KEY,
        rule_id uuid NOT NULL REFERENCES alert_rules (id) ON DELETE CASCADE,
        -- the labels of the series as text, in a fixed order: {"queue":"content"}
        series text NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'firing', 'acknowledged', 'silenced', 'resolved')),
        -- of the rule when the alert was opened
        severity text NOT NULL,
        comparison text NOT NULL,
        threshold double precision NOT NULL,
        -- the last value that was read
        value double precision NOT NULL,
        -- when the condition was first seen
        started_at timestamptz NOT NULL,
        fired_at timestamptz,
        resolved_at timestamptz,
        silenced_until timestamptz,
        -- of the last notification that it fires
        notified_at timestamptz,
        -- of the last change of the status
        reason text NOT NULL,
        actor text NOT NULL,
        note text,
        version integer NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        CONSTRAINT alerts_fired CHECK ((status = 'pending') = (fired_at IS NULL)),
        CONSTRAINT alerts_resolved CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
        CONSTRAINT alerts_silenced CHECK ((status = 'silenced') = (silenced_until IS NOT NULL))
      );
      CREATE UNIQUE INDEX alerts_open ON alerts (rule_id, series) WHERE status <> 'resolved';
      CREATE INDEX alerts_ended ON alerts (resolved_at) WHERE status = 'resolved';

      -- Written by the trigger. The CHECK is the table of transitions in core/alert/alert-states.ts.
      CREATE TABLE alert_history (
        alert_id uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
        version integer NOT NULL,
        from_status text,
        to_status text NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        note text,
        value double precision NOT NULL,
        silenced_until timestamptz,
        at timestamptz NOT NULL,
        PRIMARY KEY (alert_id, version),
        CONSTRAINT alert_history_edge CHECK (coalesce(from_status, 'new') || '>' || to_status IN (
          'new>pending', 'new>firing', 'pending>firing', 'firing>acknowledged', 'firing>silenced', 'firing>resolved', 'acknowledged>silenced',
          'acknowledged>resolved', 'silenced>silenced', 'silenced>acknowledged', 'silenced>firing', 'silenced>resolved'))
      );

      CREATE FUNCTION record_alert_history() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO alert_history (alert_id, version, from_status, to_status, reason, actor, note, value, silenced_until, at)
        VALUES (NEW.id, NEW.version, CASE TG_OP WHEN 'UPDATE' THEN OLD.status END, NEW.status, NEW.reason, NEW.actor, NEW.note, NEW.value,
                NEW.silenced_until, app_clock());
        RETURN NULL;
      END $$;
      CREATE TRIGGER alerts_opened AFTER INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION record_alert_history();
      CREATE TRIGGER alerts_changed AFTER UPDATE OF status, silenced_until ON alerts FOR EACH ROW
        WHEN (NEW.version <> OLD.version OR NEW.status <> OLD.status) EXECUTE FUNCTION record_alert_history();

      CREATE TABLE alert_channels (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        kind text NOT NULL CHECK (kind IN ('webhook', 'feishu', 'slack', 'email')),
        config jsonb NOT NULL,
        -- never part of an answer
        secrets jsonb NOT NULL,
        -- alerts of a lower severity are not sent
        min_severity text NOT NULL CHECK (min_severity IN ('info', 'warning', 'critical')),
        enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock()
      );

      -- One message on its way to one channel. An ordinary task delivers it; its state is the state of that task.
      CREATE TABLE alert_notifications (
        id uuid PRIMARY KEY,
        channel_id uuid NOT NULL REFERENCES alert_channels (id) ON DELETE CASCADE,
        -- NULL for a test of the channel
        alert_id uuid REFERENCES alerts (id) ON DELETE CASCADE,
        kind text NOT NULL CHECK (kind IN ('firing', 'reminder', 'resolved', 'test')),
        -- of the alert: a state is sent once to a channel
        sequence integer NOT NULL,
        -- what was true then
        message jsonb NOT NULL,
        -- NULL until the loop has submitted it
        task_id uuid UNIQUE REFERENCES tasks (id),
        created_at timestamptz NOT NULL,
        CONSTRAINT alert_notifications_test CHECK ((kind = 'test') = (alert_id IS NULL)),
        UNIQUE (alert_id, channel_id, kind, sequence)
      );
      CREATE INDEX alert_notifications_unsubmitted ON alert_notifications (id) WHERE task_id IS NULL;
      CREATE INDEX alert_notifications_by_channel ON alert_notifications (channel_id);

      CREATE VIEW alert_deliveries AS
      SELECT n.id, n.channel_id, n.alert_id, n.kind, n.created_at, n.task_id, coalesce(t.attempt, 0) AS attempts,
             CASE WHEN t.status = 'completed' THEN 'delivered' WHEN t.status IN ('failed', 'timeout') THEN 'failed'
                  WHEN t.status IN ('cancelled', 'running') THEN t.status ELSE 'pending' END AS status,
             t.error ->> 'message' AS error
      FROM alert_notifications n LEFT JOIN tasks t ON t.id = n.task_id;

      -- At most one row: the last claim of a process, and the last round that ended.
      CREATE TABLE alert_evaluations (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        claimed_at timestamptz NOT NULL,
        evaluated_at timestamptz,
        -- of the last gap: its length, and the time before which nothing new fires
        gap_seconds double precision NOT NULL DEFAULT 0,
        settled_at timestamptz,
        -- default rules that were created once, and may have been deleted since
        default_rules text[] NOT NULL DEFAULT '{}'
      );

      -- What only a scheduler process itself knows. Unlogged: each process writes its row at every round.
      CREATE UNLOGGED TABLE alert_process_reports (
        process text PRIMARY KEY,
        report jsonb NOT NULL,
        reported_at timestamptz NOT NULL
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP VIEW alert_deliveries;
      DROP TABLE alert_process_reports, alert_evaluations, alert_notifications, alert_channels, alert_history, alerts, alert_rules;
      DROP FUNCTION record_alert_history;
    `);
  }
}
