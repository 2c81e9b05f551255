import { ROLES } from '../auth/roles.ts';
import {
  choice,
  choices,
  flag,
  list,
  optionalAmounts,
  optionalChoice,
  optionalCost,
  optionalFlag,
  optionalPairs,
  optionalText,
  optionalUrl,
  optionalWhole,
  portOrOff,
  publicUrl,
  share,
  text,
  trustedProxy,
  whole,
} from './setting.ts';

const DAY_MS = 86_400_000;

/** All settings, in the order of .env.example. The property in `Settings` is the name in camelCase. */
export const SETTINGS_TABLE = {
  APP_ROLES: choices(
    ['api', 'worker', 'scheduler'],
    ['api', 'worker', 'scheduler'],
    'Roles of this process. Any number of processes may have each role; nothing is elected.',
  ),
  HOST: text('127.0.0.1', 'Address the API listens on.'),
  PORT: whole(3000, { min: 0, max: 65_535 }, 'Port of the API; 0 uses a free one.'),
  OPS_HOST: text('127.0.0.1', 'Address of the ops port. 0.0.0.0 where probes come from outside of the container, as in Kubernetes.'),
  OPS_PORT: portOrOff(
    9464,
    'Port for probes and monitoring, in every role: /health/live, /health/ready, /health, /metrics. A process that finds it taken uses the next free one of the 99 after it. 0 uses any free one, off none. It takes no key: do not publish it.',
  ),
  METRICS_INTERVAL: whole(
    15,
    { min: 1, max: 3600 },
    'Scrape interval of Prometheus. One process reads the queues from the database once in this time; all others expose what it read.',
    { unit: 's' },
  ),
  PUBLIC_BIND: flag(false, 'Allows HOST to be reachable from other machines without DATABASE_URL (with NODE_ENV=production).'),
  PUBLIC_URL: publicUrl(
    'Public address of the API, such as https://hub.example.org: the start of previewUrl. Empty: links are absolute on this machine, otherwise paths.',
  ),
  TRUSTED_PROXY: trustedProxy(
    'The proxies in front of the API, whose X-Forwarded-For names the client address. A number is safe only when every request passes through them. Empty: none; the header is ignored.',
  ),
  RATE_LIMIT_REQUESTS: whole(
    600_000,
    { min: 0, max: 100_000_000 },
    'Requests a minute of one key or agent to one API process; further ones get 429. Heartbeats of agents and their requests about running tasks do not count. 0: no limit.',
  ),
  RATE_LIMIT_AUTH_FAILURES: whole(
    30,
    { min: 0, max: 1_000_000 },
    'Requests a minute with invalid keys, from one address or with one prefix; further ones get 429. Valid keys are still accepted. 0: no limit.',
  ),
  SESSION_IDLE_HOURS: whole(12, { min: 1, max: 8760 }, 'A session of a browser ends this long after its last request.', { unit: 'hours' }),
  SESSION_MAX_HOURS: whole(
    168,
    { min: 1, max: 8760 },
    'A session of a browser ends this long after the sign-in, however much it is used.',
    {
      unit: 'hours',
    },
  ),
  OIDC_ISSUER: optionalUrl(
    ['https:', 'http:'],
    'Identity provider (OpenID Connect) by which people may sign in, as its discovery document names it. Needs PUBLIC_URL, whose /session/oidc/callback is to be registered there. It may be private. Empty: none.',
  ),
  OIDC_CLIENT_ID: optionalText('Id of this installation at that provider.'),
  OIDC_CLIENT_SECRET: optionalText('Secret of this installation at that provider.', { secret: true }),
  OIDC_ROLE_CLAIM: text('roles', 'Claim of the provider with the roles or groups of a person: a text or a list.'),
  OIDC_ROLES: optionalPairs(ROLES, 'Roles by values of that claim, such as cms-admins=admin,cms-team=editor. The first that fits applies.'),
  OIDC_DEFAULT_ROLE: optionalChoice(ROLES, 'Role of people for whom no value fits. Empty: they are refused.'),
  NODE_ENV: choice(['development', 'production', 'test'], 'development', 'production puts /docs and /openapi.json behind an admin key.'),
  FIRST_API_KEY: optionalText(
    'Admin key that the first start stores, from `contenthub key generate`. Empty: it makes one and writes it to DATA_DIR. No effect once there is a key.',
    { secret: true },
  ),
  DATA_DIR: text('.contenthub', 'Folder of the embedded database, the first API key and local files.'),
  DATABASE_URL: optionalUrl(['postgres:', 'postgresql:'], 'PostgreSQL to use. Empty: an embedded one in DATA_DIR.', { secret: true }),
  DATABASE_SESSION_URL: optionalUrl(
    ['postgres:', 'postgresql:'],
    'Address of the same database that keeps sessions, for LISTEN, advisory locks and heartbeats. Needed when DATABASE_URL is a pooler in transaction mode.',
    { secret: true },
  ),
  DATABASE_SCHEMA: optionalText('Schema of the tables. Empty: public.'),
  DATABASE_POOL_SIZE: whole(
    8,
    { min: 1, max: 200 },
    'Connections for requests and entities, per process with the role api; others use at most 3.',
  ),
  REDIS_ENABLED: flag(false, 'Uses Redis for the queue; without REDIS_URL the one on 127.0.0.1:6379.'),
  REDIS_URL: optionalUrl(['redis:', 'rediss:'], 'Redis or Valkey for the queue.', { secret: true }),
  REDIS_PREFIX: text('contenthub', 'Prefix of every key, so that several installations can share one Redis.'),
  QUEUE_DRIVER: choice(
    ['auto', 'bullmq', 'postgres', 'memory'],
    'auto',
    'auto uses bullmq when Redis is configured, else postgres. memory works in a single process only.',
  ),

  SHUTDOWN_TIMEOUT_MS: whole(
    30_000,
    { min: 1_000, max: DAY_MS },
    'A process that is asked to end has ended by then. Running tasks get two thirds of 30 s, and every further second; what is left of them goes back to the queue.',
    { unit: 'ms' },
  ),
  WORKER_PROCESSES: whole(0, { min: 0, max: 64 }, 'Number of worker processes; 0 runs the workers in the main process.'),
  WORKER_CONCURRENCY: whole(50, { min: 1, max: 1000 }, 'Tasks of the default queue that one process runs at once.'),
  QUEUE_SLOTS: optionalAmounts(
    { min: 0, max: 1000 },
    'Tasks that one process runs at once, by queue, such as reports=2,content=5: adds queues, and overrides the other settings; 0 means that this process does not serve the queue.',
  ),
  AGENT_QUARANTINE_AFTER: whole(
    3,
    { min: 1, max: 1000 },
    'An agent that crashes or is lost this often, each time with other tasks and without completing one in between, is put into quarantine.',
  ),
  QUARANTINE_SLOTS: whole(8, { min: 1, max: 64 }, 'Quarantined tasks that one process runs at once, each in a child process.'),
  ISOLATED_PROCESSES: whole(4, { min: 1, max: 64 }, "Tasks declared with isolation 'process' that one process runs at once."),
  WORKER_CAPABILITIES: list([], 'Comma list of the capabilities of this process, for tasks that require some. Empty: all.'),
  POLL_INTERVAL_MS: whole(1000, { min: 50, max: DAY_MS }, 'How often a worker with free slots polls the database.', { unit: 'ms' }),
  LEASE_TTL_MS: whole(
    15_000,
    { min: 300, max: DAY_MS },
    'A lease without a heartbeat for this long is rescued; at least 3 × LEASE_BEAT_MS.',
    {
      unit: 'ms',
    },
  ),
  LEASE_BEAT_MS: whole(5000, { min: 100, max: DAY_MS }, 'How often a worker renews its leases.', { unit: 'ms' }),

  CREATOR_MODE: choice(
    ['async', 'sync'],
    'async',
    'No effect in this version. Whether `content generate` returns at once or waits for the article.',
  ),
  CREATOR_CLI_PATH: optionalText('Absolute path of the program of the creator cli (docs/creators.md). Empty: that creator is not usable.'),
  CREATOR_CLI_PROFILE: choice(
    ['native', 'content-creator@0.2'],
    'native',
    'What the program speaks: the contract of docs/creators.md, or that of the public tool llm-content-creator 0.2.',
  ),
  CREATOR_CLI_ENV: list(
    [],
    'Comma list of the variables that the program gets beside PATH, HOME, LANG, LC_ALL, TZ and TMPDIR. REDIS_URL=WRITER_REDIS gives it the value of WRITER_REDIS as REDIS_URL, where the names of both programs collide.',
  ),
  CREATOR_CLI_DIR: optionalText('Working folder of the program. Empty: creator-cli in DATA_DIR.'),
  CREATOR_CLI_MAX_TASK_COST: optionalCost(
    'The most that one task of the program costs, which budgets reserve before it begins. Empty: unknown, so an enabled budget refuses its tasks.',
  ),
  CREATOR_HTTP_URL: optionalUrl(
    ['https:', 'http:'],
    'Address of the service of the creator http, such as https://writer.example.org (docs/creators.md). It may be private. Empty: that creator is not usable.',
  ),
  CREATOR_HTTP_TOKEN: optionalText('Bearer token for that service.', { secret: true }),
  CREATOR_HTTP_MAX_TASK_COST: optionalCost(
    'The most that one task of that service costs, which budgets reserve before it begins. Empty: unknown, so an enabled budget refuses its tasks.',
  ),
  CREATOR_HTTP_CALLBACK_SECRET: optionalText(
    'Secret of the callbacks of that service: whsec_ and at least 24 bytes in Base64. Needs PUBLIC_URL. Empty: the service is only polled.',
    { secret: true },
  ),
  CREATOR_HTTP_CALLBACK_OLD_SECRET: optionalText('The secret before it, accepted too while it is replaced.', { secret: true }),
  CREATOR_LLM_CONFIG: optionalText(
    'YAML or JSON file with the providers of the creators of the kind llm (docs/creators.md). Overrides LLM_BASE_URL, LLM_API_KEY and LLM_MODEL.',
  ),
  LLM_BASE_URL: optionalUrl(['https:', 'http:'], 'OpenAI-compatible endpoint of the creator llm, such as https://api.example.org/v1.'),
  LLM_API_KEY: optionalText('Key of that endpoint.', { secret: true }),
  LLM_MODEL: optionalText('Model of that endpoint.'),
  LLM_IDLE_TIMEOUT: whole(60, { min: 1, max: 3600 }, 'Longest pause of a model within an answer, and before its first word.', {
    unit: 's',
  }),
  LLM_CALL_TIMEOUT: whole(600, { min: 1, max: 86_400 }, 'Time limit of one answer of a model.', { unit: 's' }),
  ASYNC_CONTENT_GENERATION_ENABLED: flag(true, 'Accepts new content generation tasks.'),
  ASYNC_MAX_CONCURRENT_TASKS: whole(5, { min: 1, max: 1000 }, 'Limit on the articles that one process writes at once.'),
  ASYNC_TASK_TIMEOUT: whole(
    1800,
    { min: 1, max: 86_400 },
    'Time limit of one attempt at a content generation task; waiting in the queue does not count.',
    { unit: 's' },
  ),
  ASYNC_POLL_INTERVAL: whole(30, { min: 1, max: 3600 }, 'How often asynchronous creators are polled.', { unit: 's' }),
  ASYNC_AUTO_APPROVE: flag(true, 'Approves content that passes every check; each task may override this.'),
  ASYNC_WORKER_COUNT: whole(3, { min: 1, max: 1000 }, 'Content generation tasks that one process runs at once.'),

  PUBLISH_SETTLE_AFTER: whole(
    360,
    { min: 1, max: 86_400 },
    'Seconds after a call of a channel without an answer, before a text that is not found there is sent again. Longer than any call may take.',
  ),
  WEBHOOK_ENABLED: flag(false, 'Sends all events to WEBHOOK_URL, signed, beside the endpoints of /webhooks.'),
  WEBHOOK_URL: optionalUrl(['https:', 'http:'], 'Receiver of events. GET /webhooks shows it.'),
  WEBHOOK_TIMEOUT: whole(10, { min: 1, max: 300 }, 'Longest wait for the receiver.', { unit: 's' }),
  WEBHOOK_SECRET_KEY: optionalText(
    'Key of the HMAC-SHA256 signature: a secret of Standard Webhooks (whsec_ and Base64), or any other text, whose bytes are the key.',
    { secret: true },
  ),
  WEBHOOK_PAUSE_AFTER_HOURS: whole(
    120,
    { min: 0, max: 8760 },
    'An endpoint of webhooks to which every attempt has failed for so long is paused; 0 never pauses one.',
    { unit: 'hours' },
  ),

  TASK_RETENTION_DAYS: whole(
    30,
    { min: 0, max: 36_500 },
    'Finished tasks are deleted this long after their end, unless other records need them; 0 keeps them for ever.',
    {
      unit: 'days',
    },
  ),
  TASK_DETAILS_RETENTION_DAYS: optionalWhole(
    { min: 0, max: 36_500 },
    'Logs, checkpoints and files of finished tasks that other records need, such as the task of a content, are deleted this long after its end; 0 keeps them for ever. Empty: as TASK_RETENTION_DAYS.',
    { unit: 'days' },
  ),
  EVENT_RETENTION_DAYS: whole(
    30,
    { min: 0, max: 36_500 },
    'Events and their deliveries are deleted this long after they were written, delivered or not; 0 keeps them.',
    { unit: 'days' },
  ),
  AUDIT_RETENTION_DAYS: whole(
    365,
    { min: 0, max: 36_500 },
    'Rows of the audit of operations (GET /audit) are deleted this long after the request; 0 keeps them for ever.',
    { unit: 'days' },
  ),
  SCHEDULE_HISTORY_DAYS: whole(
    30,
    { min: 0, max: 36_500 },
    'What happened to the due times of schedules is deleted after this long; 0 keeps it for ever.',
    { unit: 'days' },
  ),
  ALERT_INTERVAL: whole(15, { min: 1, max: 3600 }, 'How often the alert rules are evaluated, by one process for all.', { unit: 's' }),
  ALERT_HISTORY_DAYS: whole(
    90,
    { min: 0, max: 36_500 },
    'Resolved alerts, their history and their notifications are deleted after this long; 0 keeps them for ever.',
    { unit: 'days' },
  ),
  IDEMPOTENCY_RETENTION_HOURS: whole(24, { min: 1, max: 8760 }, 'How long an Idempotency-Key is stored.', { unit: 'hours' }),

  TASKS_FILE: text('tasks.yaml', 'File of the declared HTTP tasks (docs/declared-tasks.md). Only the default file may be missing.'),

  SEED_EXAMPLE: optionalFlag('Creates an example account at the first start. Empty: true with the embedded database, else false.'),
  SOURCE_ROOTS: list(['.'], 'Comma list of folders from which local file sources may be read.'),
  SENSITIVE_WORDS_PATH: optionalText(
    'File of the words that no content may contain, or a folder of .txt files: one word a line, UTF-8, # begins a comment (docs/content.md). Empty: none.',
  ),
  PUBLISH_DIR: text('.contenthub/published', 'Folder below which the file channel writes.'),
  EGRESS_ALLOW_PRIVATE: list([], 'Comma list of host:port that outbound requests may reach although they are private. For development.'),
  SECRETS_OVER_HTTP: flag(false, 'Lets declared tasks send secrets over plain http to other machines. Only for trusted networks.'),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'Lowest level that is logged.'),
  LOG_FORMAT: choice(['auto', 'json', 'pretty'], 'auto', 'auto is pretty (plain lines) on a terminal, else json.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(
    ['https:', 'http:'],
    'OpenTelemetry collector that receives traces by OTLP over HTTP, such as http://127.0.0.1:4318; /v1/traces is appended. It may be private. Empty: no traces.',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optionalText('Headers of the requests to it, as name=value,name=value with percent-encoded values.', {
    secret: true,
  }),
  OTEL_SERVICE_NAME: text('contenthub', 'Name of this installation in traces.'),
  OTEL_TRACES_SAMPLER_ARG: share(
    1,
    'Part of the traces that is recorded. A request with a traceparent follows the decision of its caller.',
  ),

  CONTENTHUB_BOOT_ID: optionalText('The boot id that the supervisor gave to this process.', { internal: true }),
  CONTENTHUB_EMBEDDED: flag(false, 'DATABASE_URL belongs to the embedded database.', { internal: true }),
  CONTENTHUB_ISOLATED: flag(false, 'This process runs single tasks of a worker.', { internal: true }),
};
