import { exampleOf } from './settings.ts';
import { SETTINGS_TABLE } from './settings-table.ts';

const HEADER = `# Every setting with its default. Nothing here is needed to start: copy this file to .env and keep what you change.
# Variables of the process win over those of .env.
`;

/** The text of .env.example, generated from the settings table. */
export function renderEnvExample(): string {
  const rows = Object.entries(SETTINGS_TABLE).filter(([, row]) => !row.internal);
  const blocks = rows.map(([name, row]) => {
    const unit = row.unit === null ? '' : ` In ${row.unit}.`;
    return `# ${row.doc}${unit} Accepts ${row.accepts}.\n#${name}=${exampleOf(row)}\n`;
  });
  return [HEADER, ...blocks].join('\n');
}
