// Rewrites the blocks of docs/architecture.md that are generated from src/core/task/states.ts, between their HTML
// comments.
// npm exec -c "node scripts/write-state-diagram.mjs"
// Imports the .ts file directly, which needs Node 24 (npm exec finds the one in node_modules).
import { readFileSync, writeFileSync } from 'node:fs';
import { stateDiagram, TRANSITIONS } from '../src/core/task/states.ts';

const file = new URL('../docs/architecture.md', import.meta.url);

const words = (statuses) => statuses.map((status) => (status === null ? '–' : `\`${status}\``)).join(', ');
const row = ({ name, from, to, by, guard }) => `| \`${name}\` | ${words(from)} | ${words(to)} | ${by} | ${guard} |`;
const BLOCKS = {
  'state-diagram': `\`\`\`mermaid\n${stateDiagram()}\n\`\`\``,
  transitions: ['| transition | from | to | by | guard |', '|---|---|---|---|---|', ...TRANSITIONS.map(row)].join('\n'),
};

let text = readFileSync(file, 'utf8');
for (const [name, block] of Object.entries(BLOCKS)) {
  const [start, end] = [`<!-- ${name}: generated -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/architecture.md lacks the comments ${start} and ${end}`);
  text = `${text.slice(0, from)}${start}\n${block}\n${text.slice(to)}`;
}
writeFileSync(file, text);
