// A process that repeats one statement through a pooler: node repeat-statement.mjs plain|application <sql> <url>
// Two statements at once, so that it has two client connections that each know the statement.
import pg from 'pg';
import { createPool } from '../../dist/src/platform/database/connections.js';
import { executorOf } from '../../dist/src/platform/database/pools.js';

const [kind, sql, url] = process.argv.slice(2);
const pool =
  kind === 'plain'
    ? new pg.Pool({ connectionString: url, max: 2 })
    : createPool({ url }, { name: 'test', kind: 'requests', max: 2, keepsSessions: false });
const executor = executorOf(pool);
const column = /AS "(\w+)"/.exec(sql)[1];

const seen = { own: 0, foreign: 0, errors: [] };
for (let i = 0; i < 200; i++) {
  const answers = await Promise.allSettled([executor.query(sql, [i]), executor.query(sql, [i])]);
  for (const answer of answers) {
    if (answer.status === 'rejected') seen.errors.push(answer.reason.message);
    else if (isOwn(answer.value[0], i)) seen.own += 1;
    else seen.foreign += 1;
  }
}
await pool.end();
console.log(JSON.stringify(seen));

function isOwn(row, i) {
  return column in row && Object.values(row).some((value) => value === i || value === i + 1000);
}
