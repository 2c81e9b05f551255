import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events, written in the transaction that they describe, and their deliveries to the endpoints that want them. */
export class Results1796000000009 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Ids that follow each other in time, so that old rows are found by the primary key.
      CREATE FUNCTION uuid_v7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
        SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
          PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
      $$;

      -- Never changed. The columns are those of a CloudEvent: id, type, subject (the aggregate), time, data. Without CHECKs, which
      -- cost half as much as the row: EventWriter bounds the payload.
      CREATE TABLE events (
        id uuid PRIMARY KEY,
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        type text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        -- W3C traceparent of the work that wrote it
        trace_context text
      );

      CREATE TABLE event_endpoints (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        url text NOT NULL,
        -- of the wanted events; NULL for all
        types text[],
        enabled boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT app_clock()
      );

      -- One event on its way to one endpoint. An ordinary task delivers it; its state is the state of that task.
      CREATE TABLE deliveries (
        event_id uuid NOT NULL REFERENCES events (id) ON DELETE CASCADE,
        endpoint_id uuid NOT NULL REFERENCES event_endpoints (id) ON DELETE CASCADE,
        -- NULL until the dispatcher has submitted it
        task_id uuid UNIQUE REFERENCES tasks (id),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (event_id, endpoint_id)
      );
      CREATE INDEX deliveries_unsubmitted ON deliveries (event_id, endpoint_id) WHERE task_id IS NULL;
      CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, event_id);

      CREATE VIEW delivery_states AS
      SELECT d.event_id, d.endpoint_id, d.task_id, d.created_at, coalesce(t.attempt, 0) AS attempts, t.error ->> 'message' AS error_message,
             CASE WHEN t.status = 'completed' THEN 'delivered' WHEN t.status IN ('failed', 'timeout') THEN 'failed'
                  WHEN t.status IN ('cancelled', 'running') THEN t.status ELSE 'pending' END AS status,
             t.terminal_at AS ended_at
      FROM deliveries d LEFT JOIN tasks t ON t.id = d.task_id;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP VIEW delivery_states;
      DROP TABLE deliveries, event_endpoints, events;
      DROP FUNCTION uuid_v7;
    `);
  }
}
