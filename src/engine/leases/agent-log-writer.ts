import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { LogLevel } from '../../core/task/task.ts';
import { inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { jsonBytes, StatementBatcher } from '../../platform/database/statement-batcher.ts';
import { MAX_LINES } from '../logs/bounded-line.ts';
import type { NewLogLine } from '../logs/log-rows.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import { INSERT_LOGS } from '../logs/log.sql.ts';
import type { OwnedFence } from './agent-tasks.ts';
import { LOCK_LEASED, SELECT_LOG_TAILS } from './agent-lease.sql.ts';

interface AgentLogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly data: unknown;
}

/** Lines for the log of a task. `after`: the number of the line before them; a request that has it may be a repetition. */
export type LogAppend = OwnedFence & { readonly lines: readonly AgentLogLine[]; readonly after: number | undefined };

export interface AppendedLines {
  /** The number of the last line of the request, or of the log when the attempt has reached its limit. */
  readonly logSeq: number;
  /** Lines beyond the limit of an attempt. */
  readonly dropped: number;
}

type Tail = { nth: number; last: number; stored: AgentLogLine[] };
/** The log of one task while a transaction adds to it. */
interface OpenLog {
  readonly attempt: number;
  last: number;
  readonly added: (Omit<NewLogLine, 'writtenAt'> & { readonly ageMs: number })[];
}

const APPEND_RETRY_MS = 2_000;
/** Requests in one statement; each has at most 500 lines. */
const MAX_REQUESTS = 50;

/** Adds the lines of agents to the logs of their tasks. The lock of the task orders simultaneous requests. */
@Injectable()
export class AgentLogWriter {
  private readonly appends: StatementBatcher<LogAppend, AppendedLines | undefined>;

  constructor(
    private readonly pools: Pools,
    changes: TaskChangeNotifier,
  ) {
    this.appends = new StatementBatcher({
      run: async (requests) => {
        const answers = await inTransaction(this.pools.engine, (tx) => store(tx, requests));
        changes.publish(requests.map(({ id }) => ({ id })));
        return answers;
      },
      maxRows: MAX_REQUESTS,
      repeatMs: APPEND_RETRY_MS,
      sizeOf: ({ lines }) => jsonBytes(lines),
      maxInFlight: 1, // the next batch may have the same tasks and would wait for their locks
    });
  }

  /** Undefined when the lease is lost. */
  append(request: LogAppend): Promise<AppendedLines | undefined> {
    return this.appends.add(request);
  }
}

/** Another statement reads the tails after the locks are taken, so that it sees what earlier transactions committed. */
async function store(tx: SqlExecutor, requests: readonly LogAppend[]): Promise<(AppendedLines | undefined)[]> {
  const fences = requests.map(({ id, epoch, owner }) => ({ id, epoch, owner }));
  const leased = await tx.query<OwnedFence & { attempt: number }>(LOCK_LEASED, [JSON.stringify(fences)]);
  const attempts = new Map(leased.map((task) => [keyOf(task), task.attempt]));
  const asked = requests.map(({ id, after, lines }, nth) => ({ nth, id, after: after ?? null, count: lines.length }));
  const tails = await tx.query<Tail>(SELECT_LOG_TAILS, [JSON.stringify(asked)]);
  const byRequest = new Map(tails.map((tail) => [tail.nth, tail]));
  const logs = new Map<string, OpenLog>();
  const answers = requests.map((request, nth) => {
    const attempt = attempts.get(keyOf(request));
    const tail = byRequest.get(nth);
    if (attempt === undefined || tail === undefined) return undefined;
    const log = logs.get(request.id) ?? { attempt, last: tail.last, added: [] };
    logs.set(request.id, log);
    return add(log, request, tail.stored);
  });
  const added = [...logs.values()].flatMap((log) => log.added);
  if (added.length > 0) await tx.query(INSERT_LOGS, [JSON.stringify(added)]);
  return answers;
}

function add(log: OpenLog, { id, epoch, lines, after }: LogAppend, stored: readonly AgentLogLine[]): AppendedLines {
  const from = Math.min(after ?? log.last, log.last);
  const known = [...stored, ...log.added.filter(({ seq }) => seq > from)];
  const repeated = after === undefined ? 0 : countRepeated(known, lines);
  const fresh = lines.slice(repeated);
  if (fresh.length === 0) return { logSeq: from + repeated, dropped: 0 };
  const kept = fresh.slice(0, Math.max(0, log.attempt * MAX_LINES - log.last));
  for (const line of kept) log.added.push({ id, epoch, seq: ++log.last, attempt: log.attempt, ageMs: 0, ...line });
  return { logSeq: log.last, dropped: fresh.length - kept.length };
}

/** A repetition has the lines that are stored after `after`. Different lines come from a concurrent request and are new. */
function countRepeated(known: readonly AgentLogLine[], lines: readonly AgentLogLine[]): number {
  const first = lines.findIndex((line, i) => !isSame(line, known[i]));
  return first === -1 ? lines.length : first;
}

function isSame({ level, message, data }: AgentLogLine, known: AgentLogLine | undefined): boolean {
  if (known?.level !== level || known.message !== message) return false;
  return isDeepStrictEqual(JSON.parse(JSON.stringify(data)), JSON.parse(JSON.stringify(known.data)));
}

const keyOf = ({ id, epoch, owner }: OwnedFence): string => `${id}/${epoch}/${owner}`;
