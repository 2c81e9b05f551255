import { locks, mutant, SQL } from './mutant.mjs';

const LEASES = 'src/engine/leases/*.sql.ts';
const GRANT = 'src/agents/leases/agent-leases.ts';
const STREAK = 'src/core/agent/crash-streak.ts';
const streak = 'src/core/agent/crash-streak.spec.ts';
const lease = 'test/agents/lease.e2e-spec.ts';
const registry = 'test/agents/registry.e2e-spec.ts';
const artifacts = 'test/agents/artifacts.e2e-spec.ts';
const GUESSED = 'another agent that guesses';

export const agents = [
  mutant(
    'agent, words: owner',
    LEASES,
    't.lease_owner = r.owner`;\n\n/** $1 rows {id, epoch, owner}. Locks',
    't.lease_owner IS NOT NULL`;\n\n/** $1 rows {id, epoch, owner}. Locks',
    lease,
    GUESSED,
  ),
  mutant(
    'agent, heartbeat: owner',
    LEASES,
    't.lease_owner = r.owner`;\n\n/**\n * $1 rows {id, epoch, owner}: how',
    't.lease_owner IS NOT NULL`;\n\n/**\n * $1 rows {id, epoch, owner}: how',
    lease,
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
    lease,
    GUESSED,
  ),
  mutant('agent, end: told by its owner', LEASES, 'a.actor = r.owner', 'length(r.owner) > 0', lease, GUESSED),
  mutant('agent, files: owner', 'src/agents/artifacts/*.sql.ts', 'AND lease_owner = $3', 'AND length($3) > 0', artifacts, 'whoever holds'),
  mutant(
    'agent, files: epoch',
    'src/agents/artifacts/*.sql.ts',
    'AND lease_epoch = $2 AND lease_owner',
    'AND lease_owner',
    artifacts,
    'whoever holds',
  ),
  mutant(
    'agent, lease: no more than it may hold',
    GRANT,
    'agent.maxConcurrency - held.length',
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
  mutant('agent, lease: nothing beside a suspect', GRANT, ' || held.some(({ quarantined }) => quarantined)', '', lease, 'under suspicion'),
  mutant(
    'agent, lease: a suspect beside nothing',
    GRANT,
    `if (wish.kind === 'suspects' && held.length > 0) return undefined;`,
    '',
    lease,
    'under suspicion',
  ),
  mutant(
    'agent, lease: to nobody who is gone',
    'src/agents/leases/lease-poll-broker.ts',
    `gone.addEventListener('abort', leave);`,
    '',
    lease,
    'connection is gone',
  ),
  mutant(
    'agent, lease: given back by who is gone',
    'src/agents/leases/lease-poll-broker.ts',
    'if (!poll.gone) return tasks;',
    'if (tasks) return tasks;',
    lease,
    'connection ends',
  ),
  mutant('agent, rescue: not begun is harmless', SQL, ` OR t.status = 'assigned')`, ')', lease, 'a reply that was lost'),
  mutant('agent, rescue: outlives processes', SQL, `AND t.lease_owner NOT LIKE '\${AGENT}:%'`, '', lease, 'outlives'),
  mutant(
    'agent, rescue: noted',
    SQL,
    'rescueOwned(`${CRASHED}, ${WORKER_LOST}`, { also: RECORD_AGENT_CRASHES })',
    'rescueOwned(`${CRASHED}, ${WORKER_LOST}`, {})',
    registry,
    'ends with one task after',
  ),
  mutant(
    'agent, registry: takes from the boot before',
    'src/agents/agent.registry.ts',
    'await this.tasks.rescueFrom(stored.previousOwner);',
    ';',
    registry,
    'registers anew',
  ),
  mutant(
    'agent, registry: only itself',
    'src/agents/agent.registry.ts',
    '(await this.agents.idOf(name)) !== principal.id',
    'name === principal.id',
    registry,
    'by itself again',
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
    'the beginning of its token',
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
