import { locks, mutant, SQL } from './mutant.mjs';

const LEASES = 'src/engine/leases/*.sql.ts';
const GRANT = 'src/agents/leases/agent-leases.ts';
const STREAK = 'src/core/agent/crash-streak.ts';
const streak = 'src/core/agent/crash-streak.spec.ts';
const lease = 'test/agents/lease.e2e-spec.ts';
const reports = 'test/agents/lease-reports.e2e-spec.ts';
const registry = 'test/agents/registry.e2e-spec.ts';
const artifacts = 'test/agents/artifacts.e2e-spec.ts';
const GUESSED = 'another agent that guesses';

export const agents = [
  mutant(
    'agent, words: owner',
    LEASES,
    't.lease_owner = r.owner`;\n\n/** $1 rows {id, epoch, owner}. Locks',
    't.lease_owner IS NOT NULL`;\n\n/** $1 rows {id, epoch, owner}. Locks',
    reports,
    GUESSED,
  ),
  mutant(
    'agent, heartbeat: owner',
    LEASES,
    't.lease_owner = r.owner`;\n\n/**\n * $1 rows {id, epoch, owner}: how',
    't.lease_owner IS NOT NULL`;\n\n/**\n * $1 rows {id, epoch, owner}: how',
    reports,
    GUESSED,
  ),
  mutant(
    'agent, heartbeat: renews its own',
    LEASES,
    't.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED',
    't.lease_owner IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED',
    locks,
    'of an agent does the same',
  ),
  mutant(
    'agent, lines and files: owner',
    LEASES,
    't.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t`',
    't.lease_owner IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t`',
    reports,
    GUESSED,
  ),
  mutant('agent, end: reported by its owner', LEASES, 'a.actor = r.owner', 'length(r.owner) > 0', reports, GUESSED),
  mutant(
    'agent, files: owner',
    LEASES,
    't.lease_epoch = r.epoch AND t.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t`',
    't.lease_epoch = r.epoch AND length(r.owner) > 0 ORDER BY t.id FOR NO KEY UPDATE OF t`',
    artifacts,
    'only from the lease owner',
  ),
  mutant(
    'agent, files: epoch',
    LEASES,
    't.lease_epoch = r.epoch AND t.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t`',
    't.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t`',
    artifacts,
    'only from the lease owner',
  ),
  mutant(
    'agent, lease: no more than it may hold',
    GRANT,
    'agent.maxConcurrency - leases.length',
    'agent.maxConcurrency',
    lease,
    'never exceeds',
  ),
  mutant(
    'agent, lease: one at a time',
    'src/agents/agent.sql.ts',
    'unregistered_at IS NULL FOR NO KEY UPDATE`;\n\n/** $1 name. The',
    'unregistered_at IS NULL`;\n\n/** $1 name. The',
    lease,
    'at the same moment',
  ),
  mutant('agent, lease: not drained', GRANT, 'agent.closed || ', '', lease, 'drained or in quarantine'),
  mutant(
    'agent, lease: nothing beside a quarantined task',
    GRANT,
    ' || leases.some(({ quarantined }) => quarantined)',
    '',
    lease,
    'of a quarantined task',
  ),
  mutant(
    'agent, lease: a quarantined task alone',
    GRANT,
    `if (request.kind === 'quarantined' && leases.length > 0) return undefined;`,
    '',
    lease,
    'of a quarantined task',
  ),
  mutant(
    'agent, lease: not to a closed connection',
    'src/agents/leases/lease-poll-broker.ts',
    `gone.addEventListener('abort', leave);`,
    '',
    lease,
    'a closed connection',
  ),
  mutant(
    'agent, lease: released when the connection closes',
    'src/agents/leases/lease-poll-broker.ts',
    'if (!poll.gone) return tasks;',
    'if (tasks) return tasks;',
    lease,
    'just when the connection closes',
  ),
  mutant('agent, rescue: not begun is harmless', SQL, ` OR t.status = 'assigned')`, ')', lease, 'whose answer was lost is released'),
  mutant('agent, rescue: outlives processes', SQL, `AND t.lease_owner NOT LIKE '\${AGENT}:%'`, '', lease, 'outlives'),
  mutant(
    'agent, rescue: noted',
    SQL,
    'rescueOwned(`${CRASHED}, ${WORKER_LOST}`, { also: RECORD_AGENT_CRASHES })',
    'rescueOwned(`${CRASHED}, ${WORKER_LOST}`, {})',
    registry,
    'crashes with one task after',
  ),
  mutant(
    'agent, registry: takes from the boot before',
    'src/agents/agent.registry.ts',
    'await this.tasks.rescueFrom(stored.previousOwner);',
    ';',
    registry,
    'registers again has lost',
  ),
  mutant(
    'agent, registry: only itself',
    'src/agents/agent.registry.ts',
    '(await this.agents.idOf(name)) !== principal.id',
    'name === principal.id',
    registry,
    'registers only itself again',
  ),
  mutant(
    'agent, registry: only of itself',
    'src/agents/own-agent.guard.ts',
    'agentId.toLowerCase() !== principal.id',
    `agentId === ''`,
    registry,
    'its own work',
  ),
  mutant(
    'agent, registry: its whole token',
    'src/platform/auth/api-key.service.ts',
    'agent === null || !timingSafeEqual(agent.hash, token.hash)',
    'agent === null',
    registry,
    'another token with the same prefix',
  ),
  mutant(
    'agent, crashes: forgotten by a completion',
    'src/agents/leases/agent-work.service.ts',
    `await this.agents.forgetCrashes(nameIn(owned.owner));`,
    ';',
    registry,
    'in between',
  ),
  mutant('agent, crashes: of other tasks', STREAK, 'if (known.has(taskId)) continue;', '', streak, 'crashStreak'),
  mutant('agent, crashes: at once are one', STREAK, '> spreadMs', '> -1', streak, 'crashStreak'),
];
