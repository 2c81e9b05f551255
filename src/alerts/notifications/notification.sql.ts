/** Notifications of one round of the dispatcher. */
export const NOTIFICATIONS_PER_ROUND = 200;

const RANK = (severity: string): string => `array_position(ARRAY['info', 'warning', 'critical'], ${severity})`;

/**
 * $1 rows {alertId, kind, sequence, severity, message}, $2 time. One notification for each channel that takes the severity. The end of an
 * alert is sent only to the channels that got its beginning.
 */
export const INSERT_NOTIFICATIONS = `
  INSERT INTO alert_notifications (id, channel_id, alert_id, kind, sequence, message, created_at)
  SELECT uuid_v7($2::timestamptz), c.id, r."alertId", r.kind, r.sequence, r.message, $2::timestamptz
  FROM json_to_recordset($1::json) AS r ("alertId" uuid, kind text, sequence int, severity text, message jsonb)
  JOIN alert_channels c ON c.enabled AND ${RANK('r.severity')} >= ${RANK('c.min_severity')}
  WHERE r.kind <> 'resolved' OR EXISTS (SELECT FROM alert_notifications n WHERE n.alert_id = r."alertId" AND n.channel_id = c.id)
  ON CONFLICT (alert_id, channel_id, kind, sequence) DO NOTHING`;

/** $1 id, $2 channel, $3 message, $4 task. */
export const INSERT_TEST = `
  INSERT INTO alert_notifications (id, channel_id, kind, sequence, message, task_id, created_at)
  VALUES ($1, $2, 'test', 1, $3::jsonb, $4, app_clock())`;

/** Notifications without a task, the oldest first. SKIP LOCKED lets any number of dispatchers share them. */
export const TAKE_NOTIFICATIONS = `
  SELECT id AS "notificationId", channel_id AS "channelId" FROM alert_notifications WHERE task_id IS NULL
  ORDER BY id LIMIT ${NOTIFICATIONS_PER_ROUND} FOR UPDATE SKIP LOCKED`;

/** $1 rows {notificationId, taskId}. */
export const SET_NOTIFICATION_TASKS = `
  UPDATE alert_notifications n SET task_id = r."taskId" FROM json_to_recordset($1::json) AS r ("notificationId" uuid, "taskId" uuid)
  WHERE n.id = r."notificationId"`;

/** $1 notification. */
export const SELECT_NOTIFICATION = `
  SELECT n.id, n.message, n.created_at AS "createdAt", c.name, c.kind, c.config, c.secrets, c.enabled
  FROM alert_notifications n JOIN alert_channels c ON c.id = n.channel_id WHERE n.id = $1`;
