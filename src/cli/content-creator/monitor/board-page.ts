import { clockText, durationText } from '../../output/cells.ts';
import type { QueueBoard } from './queue-board.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}h1{font-size:1.4rem}h2{font-size:1.1rem}code{font-size:.85em}
@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}th,td{border-color:#444}}`;

/** The page loads itself again. It has no script, no form and no key. */
const RELOAD_S = 5;

export function boardPage(board: QueueBoard): string {
  const { queues, waiting, active, delayed, completed, failed, workers, health, recent, timestamp } = board;
  const rows = queues.map(
    (queue) =>
      `<tr><td>${escape(queue.name)}${queue.paused ? ' (paused)' : ''}</td>${numbers(queue.waiting, queue.active, queue.delayed)}` +
      `<td class="n">${queue.oldestWaitingMs === null ? '–' : durationText(queue.oldestWaitingMs)}</td></tr>`,
  );
  const tasks = recent.map(
    ({ executionId, taskName, status, progress, createdAt }) =>
      `<tr><td><code>${escape(executionId)}</code></td><td>${escape(taskName)}</td><td>${escape(status)}</td>` +
      `<td class="n">${progress === null ? '–' : `${progress}%`}</td><td>${escape(clockText(createdAt, true))}</td></tr>`,
  );
  const problems = health.problems.map((problem) => `<li>${escape(problem)}</li>`).join('');
  return page(
    'Queues',
    `<h1>Queues</h1><p>Health: <strong>${escape(health.status)}</strong>. ${workers} workers. Today (UTC): ${completed} completed, ${failed} failed.</p>` +
      (problems === '' ? '' : `<ul>${problems}</ul>`) +
      `<table><thead><tr><th>Queue</th><th class="n">Waiting</th><th class="n">Active</th><th class="n">Delayed</th><th class="n">Oldest</th></tr></thead>` +
      `<tbody>${rows.join('')}<tr><th>All</th>${numbers(waiting, active, delayed)}<td></td></tr></tbody></table>` +
      `<h2>Newest tasks</h2><table><thead><tr><th>ID</th><th>Task</th><th>Status</th><th class="n">Progress</th><th>Created</th></tr></thead>` +
      `<tbody>${tasks.join('')}</tbody></table><p>${escape(clockText(timestamp, true))}</p>`,
  );
}

export function errorPage(message: string): string {
  return page('Queues', `<h1>Queues</h1><p>The server cannot be read: ${escape(message)}</p>`);
}

function page(title: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>` +
    `<meta http-equiv="refresh" content="${RELOAD_S}"><style>${STYLE}</style></head><body>${body}</body></html>\n`
  );
}

function numbers(...all: readonly number[]): string {
  return all.map((value) => `<td class="n">${value}</td>`).join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
