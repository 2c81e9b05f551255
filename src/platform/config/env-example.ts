import { exampleOf } from './settings.ts';
import { SETTINGS_TABLE } from './settings-table.ts';

const HEADER = `# Every setting with its default. None is needed to start: copy this file to .env and keep what you change.
# Variables of the process override those of .env.
`;

/** Generates the text of .env.example from the settings table. */
export function renderEnvExample(): string {
  const rows = Object.entries(SETTINGS_TABLE).filter(([, row]) => !row.internal);
  const blocks = rows.map(([name, row]) => {
    const unit = row.unit === null ? '' : ` In ${row.unit}.`;
    return `# ${row.doc}${unit} Accepts ${row.accepts}.\n#${name}=${exampleOf(row)}\n`;
  });
  return [HEADER, ...blocks].join('\n');
}
